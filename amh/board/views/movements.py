from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board.forms import RetimeForm
from amh.board.views.dialogs import finished
from amh.board.views.subjects import subject
from amh.core.dates import moment
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from patients.actions import movements
from patients.models import Movement
from patients.rules import undos as rules
from patients.rules.beds import named


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
    return finished(request, _("Annulé : %(act)s, %(patient)s.") % facts)


@door(Permission.PLACE, Permission.DISCHARGE, Permission.REGISTER)
def retime(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the hour of the last act of a stay."""
    movement = get_object_or_404(Movement.objects.select_related("stay__patient"), pk=pk)
    one = subject(request, movement.stay_id)
    rules.check_retimable(movement, by=one.by, now=one.now)
    form = RetimeForm(sent(request), now=one.now, was=movement.effective_at)

    def act(data: dict[str, Any]) -> HttpResponse:
        anew = movements.retime(movement=movement, **data, by=one.by, at=one.now)
        return one.done(_("Heure corrigée : %s.") % moment(anew.effective_at, now=one.now))

    title = _("Corriger l’heure : %s") % movement.get_kind_display().lower()
    consequence = _("Les lits suivent la nouvelle heure. Elle se corrige de nouveau de la même façon.")
    return one.answer(form, title, _("Corriger l’heure"), act, page="stay.retime", consequence=consequence)
