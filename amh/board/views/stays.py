from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.board import boards, choices
from amh.board.cards import BedCard, who
from amh.board.forms import Choices, DischargeForm, ExpectForm, LeaveForm, MoveForm, StepForm
from amh.board.steps import STEPS
from amh.board.views.cards import shown
from amh.board.views.dialogs import Dialog, Done
from amh.board.views.movements import undo_url
from amh.core import audit, dates, rules
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.actions import expected_discharges, leaves, stays
from patients.models import Certainty, Placement, Stay, StayState
from patients.queries import accesses, placements
from patients.rules import stays as stay_rules
from patients.rules.accesses import is_named
from patients.rules.beds import named
from wards.models import Bed

FORMS = "board/beds/forms"


@door(Permission.PLACE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Install a patient in another bed, or give one to a patient who has none."""
    by, now = actor(request), timezone.now()
    stay, place = _stay(request, pk)
    unit_id = place.unit_id if place else stay.unit_id
    card = partial(_card, request, stay, place, page="stay.move")
    if stay.state == StayState.EXPECTED:
        rules.check(by, Permission.PLACE, unit_id=unit_id)
    else:
        stay_rules.check_here(stay, Permission.PLACE, by=by, now=now)
    form = MoveForm(request.POST or None, now=now, beds=partial(_offered, by=by, at=now, near=unit_id))

    def act(data: dict[str, Any]) -> Done:
        bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=data["bed"])
        movement = stays.place(stay=stay, bed=bed, by=by, at=now, effective_at=data["effective_at"])
        facts = {"bed": bed, "patient": _name(stay, unit_id, by)}
        return Done(_("Lit %(bed)s attribué : %(patient)s.") % facts, undo_url(movement))

    title = _("Installer %s") % _name(stay, unit_id, by)
    context = {"who": _who(stay, unit_id, by, at=now)}
    return Dialog(form, f"{FORMS}/move.html", title, _("Installer dans ce lit"), card, context).answer(request, act)


@door(Permission.DISCHARGE)
def discharge(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a patient has left."""
    by, now = actor(request), timezone.now()
    stay, place = _stay(request, pk)
    unit_id = place.unit_id if place else stay.unit_id
    card = partial(_card, request, stay, place, page="stay.discharge")
    stay_rules.check_here(stay, Permission.DISCHARGE, by=by, now=now)
    form = DischargeForm(request.POST or None, now=now, away=stay.state == StayState.ON_LEAVE)

    def act(data: dict[str, Any]) -> Done:
        movement = stays.discharge(stay=stay, **data, by=by, at=now)
        return Done(_("Sortie enregistrée : %s.") % _name(stay, unit_id, by), undo_url(movement))

    title = _("Sortie de %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/discharge.html", title, _("Enregistrer la sortie"), card).answer(request, act)


@door(Permission.PLACE)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a patient goes on leave."""
    by, now = actor(request), timezone.now()
    stay, place = _stay(request, pk)
    unit_id = place.unit_id if place else stay.unit_id
    stay_rules.check_here(stay, Permission.PLACE, by=by, now=now)
    card = partial(_card, request, stay, place, page="stay.leave")
    tomorrow = timezone.localtime(now + timedelta(days=1)).replace(minute=0)
    form = LeaveForm(request.POST or None, now=now, initial={"until": tomorrow})

    def act(data: dict[str, Any]) -> Done:
        movement = leaves.leave(stay=stay, **data, by=by, at=now)
        return Done(_("Permission enregistrée : %s.") % _name(stay, unit_id, by), undo_url(movement))

    title = _("Permission de %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/form.html", title, _("Enregistrer la permission"), card).answer(request, act)


def step(key: str) -> Callable[[HttpRequest, int], HttpResponse]:
    """The page of a step that needs nothing but its hour."""
    one = STEPS[key]

    @door(one.permission)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        by, now = actor(request), timezone.now()
        stay, place = _stay(request, pk)
        unit_id = place.unit_id if place else stay.unit_id
        rules.check(by, one.permission, unit_id=unit_id)
        name = _name(stay, unit_id, by)

        def act(data: dict[str, Any]) -> Done:
            movement = one.act(stay=stay, **data, by=by, at=now)
            return Done(one.about(one.done, name), undo_url(movement))

        card = partial(_card, request, stay, place, page=f"stay.{key}")
        title, context = one.about(one.title, name), {"consequence": one.consequence}
        form = StepForm(request.POST or None, now=now)
        dialog = Dialog(form, f"{FORMS}/step.html", title, str(one.submit_label), card, context)
        return dialog.answer(request, act)

    return page


@door(Permission.EXPECT_DISCHARGE)
def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the expected discharge and how sure it is."""
    by, now = actor(request), timezone.now()
    stay, place = _stay(request, pk)
    unit_id = place.unit_id if place else stay.unit_id
    card = partial(_card, request, stay, place, page="stay.expect")
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
        return Done(_("Sortie prévue enregistrée : %s.") % _name(stay, unit_id, by))

    title = _("Sortie prévue de %s") % _name(stay, unit_id, by)
    return Dialog(form, f"{FORMS}/form.html", title, _("Enregistrer"), card).answer(request, act)


def _stay(request: HttpRequest, pk: int) -> tuple[Stay, Placement | None]:
    """The stay and where the patient is."""
    rules.check(actor(request), Permission.VIEW_BOARD)
    stay = get_object_or_404(Stay.objects.select_related("patient", "unit"), pk=pk)
    return stay, placements.current(stay, at=timezone.now())


def _card(request: HttpRequest, stay: Stay, place: Placement | None, *, page: str) -> BedCard | None:
    """The card of the patient's bed, if they have one; the reading is traced."""
    if place and place.bed:
        return shown(request, place.bed, page=page)[0]
    by, now = actor(request), timezone.now()
    unit_id = place.unit_id if place else stay.unit_id
    if is_named(stay.patient, unit_id=unit_id, to=by, stay=stay):
        right = accesses.grounds(stay.patient_id, by=by, at=now, unit_ids=[unit_id])
        audit.trace(page, by=by, at=now, ip=ip(request), patient_id=stay.patient_id, stay_id=stay.pk, count=1, **right)
    return None


def _offered(*, by: User, at: datetime, near: int | None) -> Choices:
    return choices.beds(boards.read(at), by=by, near=near)


def _who(stay: Stay, unit_id: int | None, by: User, *, at: datetime) -> str:
    """Birth date, sex and age, to tell two people of one name apart; empty for those who may not know."""
    if not is_named(stay.patient, unit_id=unit_id, to=by, stay=stay):
        return ""
    return who(stay.patient.birth_date, stay.patient.sex, today=dates.local(at).date())


def _name(stay: Stay, unit_id: int | None, by: User) -> str:
    return named(stay.patient, unit_id=unit_id, to=by, stay=stay)
