"""« Qu’est-ce qui n’est pas passé ? »: the health of each feed, what waits and why, and each message as it came."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import rules
from amh.core.dialogs import UNPROCESSABLE, Dialog, Done
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from amh.interop.actions import quarantines
from amh.interop.forms.messages import STATES, IgnoreForm, WishForm
from amh.interop.hl7 import displays, faults, lexicon
from amh.interop.hl7.faults import Fault
from amh.interop.models import IgnoreReason, InboundMessage, MessageState
from amh.interop.queries import deeds, messages
from amh.interop.queries.messages import Group
from amh.interop.views import contents, feeds

BEFORE = "avant"
"""The part of the address that says where a page of the list begins."""


@dataclass(frozen=True)
class Row:
    """A message as a line of the list shows it."""

    message: InboundMessage

    @property
    def event(self) -> str:
        """The event in words."""
        return str(lexicon.EVENTS.get(self.message.trigger, ""))

    @property
    def fault(self) -> Fault | None:
        """Why it was not applied; ``None`` for what was, or still waits."""
        return faults.of(self.message.reason_code) if self.message.reason else None

    @property
    def oddities(self) -> list[tuple[str, str]]:
        """Its deviations from the profile: where, and what."""
        return [(where, displays.label(code)) for code, where in self.message.deviations]


@require_safe
@door(Permission.VIEW_FEED)
def listing(request: HttpRequest) -> HttpResponse:
    """Show how each feed is, what could not be applied and why. No patient is named here."""
    rules.check(actor(request), Permission.VIEW_FEED)
    form = WishForm(request.GET)
    is_asked = form.is_valid()
    found = messages.found(form.wish()) if is_asked else InboundMessage.objects.none()
    rows, last = messages.page(found, before=_number(request.GET.get(BEFORE, "")))
    groups = _groups(form) if is_asked and form.slug == "quarantaine" else []
    facts = {
        "title": _("Qu’est-ce qui n’est pas passé ?"),
        "form": form,
        "rows": [Row(row) for row in rows],
        "groups": groups,
        "waiting": sum(group.count for group, _fault in groups),
        "states": [(slug, _state(state), _link(form, etat=slug, motif="")) for slug, state in STATES.items()],
        "older": _link(form, avant=str(last)) if last else "",
        "newest": _link(form) if BEFORE in request.GET else "",
        "replays": messages.replays(),
    }
    status = 200 if is_asked else UNPROCESSABLE
    return render(request, "interop/messages/list.html", facts | _health(), status=status)


@require_safe
@door(Permission.VIEW_FEED)
def health(request: HttpRequest) -> HttpResponse:
    """The health of each feed alone, which the page looks at again by itself."""
    rules.check(actor(request), Permission.VIEW_FEED)
    return render(request, "interop/messages/health.html", _health())


def _health() -> dict[str, Any]:
    at = timezone.now()
    return {"feeds": feeds.feeds(at=at), "rendered_at": at}


def _groups(form: WishForm) -> list[tuple[Group, Fault]]:
    """The reasons of what waits, whichever of them is shown."""
    return [(group, faults.of(group.code)) for group in messages.groups(messages.found(form.wish()))]


def _link(form: WishForm, **changed: str) -> str:
    """The address of the list with the same filters but for those that change; an empty one goes."""
    asked = form.filters | changed
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _state(state: MessageState | None) -> str:
    return str(state.label) if state else _("Tous")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@door(Permission.VIEW_FEED)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message as it came, the fault marked: all of it to those who may see the patient."""
    by, at = actor(request), timezone.now()
    rules.check(by, Permission.VIEW_FEED)
    row = get_object_or_404(InboundMessage.objects.select_related("sender", "ignored_by"), pk=pk)
    facts = {
        "title": _("Message reçu"),
        "row": row,
        "line": Row(row),
        "fault": faults.of(row.reason_code) if row.reason else None,
        "content": contents.opened(request, row, by=by, at=at),
        "history": deeds.history(row),
        "line_ends": displays.line_ends(bytes(row.raw)),
        "size": len(row.raw),
    }
    return render(request, "interop/messages/show.html", facts)


@require_POST
@door(Permission.VIEW_FEED)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message in quarantine again, and say what became of it."""
    row = get_object_or_404(InboundMessage, pk=pk)
    row = quarantines.replay(row=row, by=actor(request), at=timezone.now())
    if row.state == MessageState.QUARANTINED:
        notices.warning(request, _("Toujours en quarantaine : %s") % row.reason)
    else:
        notices.success(request, _("Message rejoué : %s.") % row.get_state_display().lower())
    return redirect("interop:message", pk)


@door(Permission.VIEW_FEED)
def ignore(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a message in quarantine aside, for a reason."""
    by = actor(request)
    rules.check(by, Permission.VIEW_FEED)
    row = get_object_or_404(InboundMessage.objects.select_related("sender").defer("raw"), pk=pk)

    def set_aside(said: dict[str, Any]) -> Done:
        reason = IgnoreReason(said["reason"])
        quarantines.ignore(row=row, reason=reason, note=said["note"], by=by, at=timezone.now())
        return Done(_("Message ignoré."), reverse("interop:message", args=[pk]), reverse("interop:restore", args=[pk]))

    form, template = IgnoreForm(sent(request)), "interop/messages/ignore.html"
    dialog = Dialog(form, _("Ignorer ce message"), _("Ignorer ce message"), template, lambda: {"named": row})
    return dialog.answer(request, set_aside)


@require_POST
@door(Permission.VIEW_FEED)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a message back into quarantine that somebody had set aside."""
    row = get_object_or_404(InboundMessage, pk=pk)
    quarantines.restore(row=row, by=actor(request), at=timezone.now())
    notices.success(request, _("Message remis en quarantaine."))
    return redirect("interop:message", pk)
