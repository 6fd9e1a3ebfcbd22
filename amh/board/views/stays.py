from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board import boards, choices, closings, menus, people
from amh.board.audiences import audience
from amh.board.drops import Drop
from amh.board.forms import (
    DischargeForm,
    ExpectForm,
    HomeCareForm,
    LeaveForm,
    MoveForm,
    StepForm,
    SwapForm,
    WithoutBedForm,
)
from amh.board.steps import STEPS
from amh.board.views.dialogs import deed_url, finished
from amh.board.views.subjects import Subject, subject
from amh.core import audit, rules
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.requests import ip, sent
from amh.core.roles import Permission
from patients.actions import departures, expected_discharges, leaves, stays, swaps
from patients.models import Certainty, Stay, StayState
from patients.queries import links, movements, reservations
from patients.queries.patients import ipps
from patients.queries.waiting import around
from patients.rules import stays as stay_rules
from wards.models import Bed, Unit


@require_safe
@door(Permission.VIEW_BOARD)
def menu(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a patient who lies in no bed: who, since when, and what may be done."""
    one = subject(request, pk)
    acts = menus.of_stay(one.stay, one.place, by=one.by, at=one.now)
    context = menus.shown(acts) | {"card": one.card(page="stay"), "who": one.who, "situation": _situation(one)}
    context |= {"stay": one.stay, "unit_id": one.unit_id}
    context["title"] = one.name if one.is_named else _("Patient")
    if one.is_named:
        context["ipp"] = ", ".join(ipps(one.stay.patient_id))
        context["dpi_url"] = links.address(one.stay.pk)
    return render(request, "board/stays/menu.html", context)


def _situation(one: Subject) -> str:
    """On which list of the board the patient stands, in its words."""
    listed = around(one.now, unit_ids=[one.unit_id] if one.unit_id else [])
    found = next((row for row in listed if row.stay_id == one.stay.pk), None)
    if found is None:
        return ""
    unit = Unit.objects.get(pk=found.unit_id)
    viewers = audience(one.by, language=get_language() or "")
    shown = people.person(found, viewers, at=one.now, late=people.is_late(found, at=one.now))
    return f"{people.LABELS[people.place(found, unit)]} · {shown.detail} · {unit}"


@door(Permission.PLACE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Install a patient in another bed, or give one to a patient who has none."""
    one = subject(request, pk)
    if one.stay.state == StayState.EXPECTED:
        rules.check(one.by, Permission.PLACE, unit_id=one.unit_id)
    else:
        stay_rules.check_here(one.stay, Permission.PLACE, by=one.by, now=one.now)
    kept = reservations.kept_for(one.stay, at=one.now)
    initial = {"bed": kept and kept.bed_id}
    form = MoveForm(sent(request), now=one.now, beds=partial(_beds, one), initial=initial)

    def act(data: dict[str, Any]) -> HttpResponse:
        bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=data["bed"])
        form.heed(Drop(one.stay, one.place, bed, one.by, one.now))
        movement = stays.place(stay=one.stay, bed=bed, by=one.by, at=one.now, effective_at=data["effective_at"])
        return one.done(_("Lit %(bed)s attribué : %(patient)s.") % {"bed": bed, "patient": one.name}, movement)

    if one.place and one.place.bed:
        consequence = _("Le nouveau lit sera occupé, et l’ancien à nettoyer, à partir de l’heure effective.")
    else:
        consequence = _("Le lit sera occupé à partir de l’heure effective.")
    title, submit = _("Installer %s"), _("Installer dans ce lit")
    return one.answer(form, title, submit, act, page="stay.move", consequence=consequence)


@door(Permission.PLACE)
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a patient has no bed at present, here or in another unit."""
    one = subject(request, pk)
    stay_rules.check_here(one.stay, Permission.PLACE, by=one.by, now=one.now)
    offered = partial(choices.units, by=one.by, at=one.now, near=one.unit_id)
    bed = one.place.bed if one.place else None
    keeps = bed is not None and rules.may(one.by, Permission.RESERVE, unit_id=bed.room.unit_id)
    form = WithoutBedForm(sent(request), now=one.now, units=offered, keeps=keeps, initial={"unit": one.unit_id})

    def act(data: dict[str, Any]) -> HttpResponse:
        unit = get_object_or_404(Unit, pk=data.pop("unit"))
        movement = stays.wait(stay=one.stay, unit=unit, **data, by=one.by, at=one.now)
        facts = {"patient": one.name, "unit": unit}
        return one.done(_("Sans lit pour l’instant : %(patient)s, %(unit)s.") % facts, movement)

    consequence = _("Le patient reste présent, sans lit ; le lit qu’il quitte est à nettoyer.") if bed else ""
    title, submit = _("%s, sans lit pour l’instant"), _("Enregistrer")
    return one.answer(form, title, submit, act, page="stay.wait", consequence=consequence)


@door(Permission.PLACE)
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Have two patients exchange their beds."""
    one = subject(request, pk)
    stay_rules.check_here(one.stay, Permission.PLACE, by=one.by, now=one.now)
    form = SwapForm(sent(request), now=one.now, others=partial(_others, one))

    def act(data: dict[str, Any]) -> HttpResponse:
        other = get_object_or_404(Stay, pk=data["other"])
        movement = swaps.swap(stay=one.stay, other=other, by=one.by, at=one.now, effective_at=data["effective_at"])
        with_whom = subject(request, other.pk)
        facts = {"one": one.name, "bed": movement.bed, "other": with_whom.name, "there": one.place and one.place.bed}
        return one.done(_("Lits échangés : %(one)s au %(bed)s, %(other)s au %(there)s.") % facts, movement)

    consequence = _("Chacun prend le lit de l’autre à l’heure effective. L’échange s’annule d’un coup.")
    return one.answer(
        form, _("Échanger de lit : %s"), _("Échanger les lits"), act, page="stay.swap", consequence=consequence
    )


@door(Permission.DISCHARGE)
def discharge(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a patient has left."""
    one = subject(request, pk)
    stay_rules.check_here(one.stay, Permission.DISCHARGE, by=one.by, now=one.now)
    form = DischargeForm(sent(request), now=one.now, away=one.stay.state == StayState.ON_LEAVE)

    def act(data: dict[str, Any]) -> HttpResponse:
        movement = stays.discharge(stay=one.stay, **data, by=one.by, at=one.now)
        return one.done(_("Sortie enregistrée : %s."), movement)

    consequence = _("À saisir quand le patient a quitté le lit : il passe à nettoyer, le dossier reste à compléter.")
    return one.answer(
        form, _("Sortie : %s"), _("Enregistrer la sortie"), act, page="stay.discharge", consequence=consequence
    )


@door(Permission.PLACE)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a patient goes on leave."""
    one = subject(request, pk)
    stay_rules.check_here(one.stay, Permission.PLACE, by=one.by, now=one.now)
    tomorrow = timezone.localtime(one.now + timedelta(days=1)).replace(minute=0)
    until = closings.back_at(one.unit_id, at=one.now) or tomorrow
    form = LeaveForm(sent(request), now=one.now, initial={"until": until})

    def act(data: dict[str, Any]) -> HttpResponse:
        return one.done(_("Permission enregistrée : %s."), leaves.leave(stay=one.stay, **data, by=one.by, at=one.now))

    consequence = _("Le lit reste gardé. Le retour est signalé quand son heure approche, et quand elle est passée.")
    return one.answer(
        form, _("Permission : %s"), _("Enregistrer la permission"), act, page="stay.leave", consequence=consequence
    )


@door(Permission.DISCHARGE)
def home_care(request: HttpRequest, pk: int) -> HttpResponse:
    """End the stay and begin one of home care."""
    one = subject(request, pk)
    stay_rules.check_here(one.stay, Permission.DISCHARGE, by=one.by, now=one.now)
    rules.check_somewhere(one.by, Permission.REGISTER)
    form = HomeCareForm(sent(request), now=one.now, units=partial(choices.home_care_units, at=one.now))

    def act(data: dict[str, Any]) -> HttpResponse:
        unit = get_object_or_404(Unit, pk=data["unit"])
        when = data["effective_at"]
        departures.to_home_care(stay=one.stay, unit=unit, by=one.by, at=one.now, effective_at=when)
        sentence = _("Passage en HAD enregistré : %(patient)s, %(unit)s.") % {"patient": one.name, "unit": unit}
        return one.done(sentence, movements.last(one.stay))

    consequence = _("Ce séjour se termine et son lit passe à nettoyer ; un nouveau séjour commence en HAD.")
    return one.answer(
        form, _("Passage en HAD : %s"), _("Enregistrer"), act, page="stay.home-care", consequence=consequence
    )


def step(key: str) -> Callable[[HttpRequest, int], HttpResponse]:
    """The page of a step that needs nothing but its hour."""
    this = STEPS[key]

    @door(this.permission)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        one = subject(request, pk)
        rules.check(one.by, this.permission, unit_id=one.unit_id)

        def act(data: dict[str, Any]) -> HttpResponse:
            return one.done(this.done, this.act(stay=one.stay, **data, by=one.by, at=one.now))

        form = StepForm(sent(request), now=one.now)
        return one.answer(form, this.title, this.submit_label, act, page=f"stay.{key}", consequence=this.consequence)

    return page


@door(Permission.EXPECT_DISCHARGE)
def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the expected discharge and how sure it is."""
    one = subject(request, pk)
    stay_rules.check_expect(one.stay, by=one.by, now=one.now)
    expected = one.stay.expected_discharge_at
    certainty = one.stay.expected_discharge_certainty
    initial = {"expected_at": expected and timezone.localtime(expected), "certainty": certainty}
    form = ExpectForm(sent(request), now=one.now, initial=initial)

    def act(data: dict[str, Any]) -> HttpResponse:
        said: dict[str, Any] = {"expected_at": data["expected_at"], "certainty": Certainty(data["certainty"])}
        expected_discharges.expect(stay=one.stay, **said, by=one.by, at=one.now)
        sentence = one.about(_("Sortie prévue enregistrée : %s."))
        return finished(request, sentence, undo_url=deed_url(by=one.by, at=one.now))

    return one.answer(form, _("Sortie prévue : %s"), _("Enregistrer"), act, page="stay.expect")


@require_POST
@door(Permission.EXPECT_DISCHARGE)
def be_sure(request: HttpRequest, pk: int, certainty: str) -> HttpResponse:
    """Say how sure the expected discharge is."""
    one = subject(request, pk)
    if certainty not in Certainty.values:
        raise Invalid(_("Choisir une certitude de la liste."), code="unknown_certainty")
    said: dict[str, Any] = {"expected_at": one.stay.expected_discharge_at, "certainty": Certainty(certainty)}
    expected_discharges.expect(stay=one.stay, **said, by=one.by, at=one.now)
    sentence = _("Sortie %(how)s : %(patient)s.") % {"how": Certainty(certainty).label, "patient": one.name}
    return finished(request, sentence, undo_url=deed_url(by=one.by, at=one.now))


def _beds(one: Subject) -> choices.Choices:
    return choices.beds(boards.read(one.now), by=one.by, near=one.unit_id)


def _others(one: Subject) -> choices.Choices:
    """With whom the bed may be exchanged; that they were read is traced as a list."""
    viewers = audience(one.by, language=get_language() or "")
    offered, named_count = choices.others(
        boards.read(one.now), viewers, by=one.by, near=one.unit_id, besides=one.stay.pk
    )
    audit.trace("stays.exchange", by=one.by, at=one.now, ip=ip(one.request), count=named_count)
    return offered
