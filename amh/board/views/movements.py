from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board.views.dialogs import Done, finished
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import movements
from patients.models import Movement
from patients.rules.beds import named
from wards.models import Cleaning


@require_POST
@door(Permission.PLACE, Permission.DISCHARGE, Permission.REGISTER)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the last act of a stay."""
    by = actor(request)
    movement = get_object_or_404(Movement.objects.select_related("stay__patient"), pk=pk)
    movements.undo(movement=movement, by=by, at=timezone.now())
    stay = movement.stay
    patient = named(stay.patient, unit_id=movement.unit_id or stay.unit_id, to=by, stay=stay)
    facts = {"act": movement.get_kind_display().lower(), "patient": patient}
    return finished(request, Done(_("Annulé : %(act)s, %(patient)s.") % facts))


def undo_url(done: Movement | Cleaning) -> str:
    """Where an act that was just done can be taken back."""
    return reverse("board:undo-clean" if isinstance(done, Cleaning) else "board:undo", args=[done.pk])
