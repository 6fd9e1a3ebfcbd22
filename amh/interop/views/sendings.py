from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import rules
from amh.core.deliveries import queue
from amh.core.doors import door
from amh.core.models import DeliveryState
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop.models import OutboundMessage
from amh.interop.queries import sendings

PER_PAGE = 50
STATES = {
    "echecs": (DeliveryState.EXHAUSTED,),
    "en-attente": (DeliveryState.PENDING, DeliveryState.SENDING),
    "envoyes": (DeliveryState.SENT,),
    "abandonnes": (DeliveryState.CANCELLED,),
}


@require_safe
@door(Permission.VIEW_FEED)
def listing(request: HttpRequest) -> HttpResponse:
    """Show what did not leave and why, and how each receiver is. No patient is named here."""
    by = actor(request)
    rules.check(by, Permission.VIEW_FEED)
    chosen = request.GET.get("etat", "echecs")
    labels = {
        "echecs": _("Échecs"),
        "en-attente": _("En attente"),
        "envoyes": _("Envoyés"),
        "abandonnes": _("Abandonnés"),
    }
    context = {
        "page": Paginator(sendings.messages(states=STATES.get(chosen, ())), PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "states": [*labels.items(), ("tous", _("Tous"))],
        "receivers": sendings.receivers(),
        "may_describe": rules.may(by, Permission.SET_PARAMETERS),
        "title": _("Qu’est-ce qui n’est pas parti ?"),
    }
    return render(request, "interop/sendings/list.html", context)


@require_POST
@door(Permission.VIEW_FEED)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what failed again, at once."""
    row = _asked(request, pk)
    queue.retry(row, by=actor(request), at=timezone.now())
    notices.success(request, _("Le message repart."))
    return redirect("interop:sendings")


@require_POST
@door(Permission.VIEW_FEED)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up what waits or failed: the receiver will not hear of it."""
    row = _asked(request, pk)
    queue.cancel(row, by=actor(request), at=timezone.now())
    notices.success(request, _("Message abandonné : le destinataire ne saura rien de cet événement."))
    return redirect("interop:sendings")


def _asked(request: HttpRequest, pk: int) -> OutboundMessage:
    rules.check(actor(request), Permission.VIEW_FEED)
    return get_object_or_404(OutboundMessage, pk=pk)
