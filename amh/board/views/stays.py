from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.board import boards, choices
from amh.board.cards import BedCard
from amh.board.forms import DischargeForm, ExpectForm, MoveForm
from amh.board.views.cards import shown
from amh.board.views.dialogs import Dialog, Done
from amh.board.views.movements import undo_url
from amh.core import audit, rules
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.actions import expected_discharges, stays
from patients.models import Certainty, Stay, StayState
from patients.queries import placements
from patients.rules import stays as stay_rules
from patients.rules.beds import named
from wards.models import Bed

FORMS = "board/beds/forms"


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Install a patient in another bed, or give one to a patient who has none."""
    by, now = actor(request), timezone.now()
    stay, unit_id, card = _stay(request, pk, page="stay.move")
    if stay.state == StayState.EXPECTED:
        rules.check(by, Permission.PLACE, unit_id=unit_id)
    else:
        stay_rules.check_here(stay, Permission.PLACE, by=by, now=now)
    form = MoveForm(request.POST or None, now=now, beds=choices.beds(boards.read(now), by=by, near=unit_id))

    def act(data: dict[str, Any]) -> Done:
        bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=data["bed"])
        movement = stays.place(stay=stay, bed=bed, by=by, at=now, effective_at=data["effective_at"])
        return Done(_("Patient installé au lit %s.") % bed, undo_url(movement))

    title = _("Installer %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/move.html", title, _("Installer dans ce lit"), card).answer(request, act)


def discharge(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a patient has left."""
    by, now = actor(request), timezone.now()
    stay, unit_id, card = _stay(request, pk, page="stay.discharge")
    stay_rules.check_here(stay, Permission.DISCHARGE, by=by, now=now)
    form = DischargeForm(request.POST or None, now=now)

    def act(data: dict[str, Any]) -> Done:
        movement = stays.discharge(stay=stay, by=by, at=now, effective_at=data["effective_at"])
        return Done(_("Sortie enregistrée."), undo_url(movement))

    title = _("Sortie de %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/discharge.html", title, _("Enregistrer la sortie"), card).answer(request, act)


def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the expected discharge and how sure it is."""
    by, now = actor(request), timezone.now()
    stay, unit_id, card = _stay(request, pk, page="stay.expect")
    stay_rules.check_expect(stay, by=by, now=now)
    expected = stay.expected_discharge_at
    initial = {
        "expected_at": timezone.localtime(expected) if expected else None,
        "certainty": stay.expected_discharge_certainty,
    }
    form = ExpectForm(request.POST or None, now=now, initial=initial)

    def act(data: dict[str, Any]) -> Done:
        certainty = Certainty(data["certainty"])
        expected_discharges.expect(stay=stay, expected_at=data["expected_at"], certainty=certainty, by=by, at=now)
        return Done(_("Sortie prévue enregistrée."))

    title = _("Sortie prévue de %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/form.html", title, _("Enregistrer"), card).answer(request, act)


def _stay(request: HttpRequest, pk: int, *, page: str) -> tuple[Stay, int | None, BedCard | None]:
    """The stay, the unit where the patient is or is awaited, and the card of their bed; the reading is traced."""
    by, now = actor(request), timezone.now()
    rules.check(by, Permission.VIEW_BOARD)
    stay = get_object_or_404(Stay.objects.select_related("patient", "unit"), pk=pk)
    current = placements.current(stay, at=now)
    if current and current.bed:
        return stay, current.unit_id, shown(request, current.bed, page=page)[0]
    audit.trace(page, by=by, at=now, ip=ip(request), patient_id=stay.patient_id, count=1, stay=pk)
    return stay, current.unit_id if current else stay.unit_id, None


def _name(stay: Stay, unit_id: int | None, by: User) -> str:
    return named(stay.patient, unit_id=unit_id, to=by)
