from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import rules
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop.actions import messages
from amh.interop.hl7.deviations import Code
from amh.interop.models import InboundMessage, MessageState
from amh.interop.queries.messages import received, senders

PER_PAGE = 50
STATES = {
    "quarantaine": MessageState.QUARANTINED,
    "ignores": MessageState.IGNORED,
    "appliques": MessageState.ACCEPTED,
    "recus": MessageState.RECEIVED,
}


@require_safe
@door(Permission.VIEW_FEED)
def listing(request: HttpRequest) -> HttpResponse:
    """Show what could not be applied and why, and when each sender last spoke. No patient is named here."""
    rules.check(actor(request), Permission.VIEW_FEED)
    chosen = request.GET.get("etat", "quarantaine")
    page = Paginator(received(state=STATES.get(chosen)), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, [(_label(code), where) for code, where in row.deviations]) for row in page]
    context = {
        "rows": rows,
        "page": page,
        "chosen": chosen,
        "states": [(slug, state.label) for slug, state in STATES.items()] + [("tous", _("Tous"))],
        "senders": senders(),
        "title": _("Qu’est-ce qui n’est pas passé ?"),
    }
    return render(request, "interop/messages/list.html", context)


@require_POST
@door(Permission.VIEW_FEED)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message in quarantine again, and say what became of it."""
    row = get_object_or_404(InboundMessage, pk=pk)
    row = messages.replay(row=row, by=actor(request), at=timezone.now())
    if row.state == MessageState.QUARANTINED:
        notices.warning(request, _("Toujours en quarantaine : %s") % row.reason)
    else:
        notices.success(request, _("Message rejoué : %s.") % row.get_state_display().lower())
    return redirect("interop:messages")


def _label(code: str) -> str:
    return str(Code(code).label) if code in Code.values else code
