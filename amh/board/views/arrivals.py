"""Somebody who is expected: has come without a bed, comes at another hour, does not come."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board import choices
from amh.board.forms import WithoutBedForm
from amh.board.views.dialogs import deed_url, finished
from amh.board.views.subjects import subject
from amh.core import rules
from amh.core.dates import moment
from amh.core.doors import door
from amh.core.requests import sent
from amh.core.roles import Permission
from patients.actions import preadmissions, stays
from patients.forms.stays import CancelForm, RescheduleForm
from patients.queries import reservations
from patients.rules import preadmissions as preadmission_rules
from patients.rules.preadmissions import CHANGERS
from wards.models import Unit


@door(Permission.PLACE)
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the patient has come and has no bed yet."""
    one = subject(request, pk)
    rules.check(one.by, Permission.PLACE, unit_id=one.unit_id)
    offered = partial(choices.units, by=one.by, at=one.now, near=one.unit_id)
    form = WithoutBedForm(sent(request), now=one.now, units=offered, keeps=False, initial={"unit": one.unit_id})

    def act(data: dict[str, Any]) -> HttpResponse:
        unit = get_object_or_404(Unit, pk=data.pop("unit"))
        movement = stays.admit(stay=one.stay, unit=unit, bed=None, **data, by=one.by, at=one.now)
        facts = {"patient": one.name, "unit": unit}
        return one.done(_("Arrivée enregistrée, sans lit : %(patient)s, %(unit)s.") % facts, movement)

    consequence = _("Le patient est dans l’unité et attend un lit. Un lit gardé pour lui ne l’est plus.")
    title, submit = _("Arrivée sans lit : %s"), _("Enregistrer l’arrivée")
    return one.answer(form, title, submit, act, page="stay.arrive", consequence=consequence)


@door(*CHANGERS)
def reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when the patient is expected, after all."""
    one = subject(request, pk)
    preadmission_rules.check_change(one.stay, by=one.by, now=one.now)
    before = one.stay.expected_at
    initial = {"expected_at": before and timezone.localtime(before)}
    form = RescheduleForm(sent(request), now=one.now, initial=initial)

    def act(data: dict[str, Any]) -> HttpResponse:
        preadmissions.reschedule(stay=one.stay, **data, by=one.by, at=one.now)
        facts = {"patient": one.name, "when": moment(data["expected_at"], now=one.now)}
        sentence = _("Arrivée prévue, %(patient)s : %(when)s.") % facts
        kept = preadmission_rules.kept_otherwise(one.stay, expected_at=data["expected_at"], now=one.now)
        sentence = f"{sentence} {kept}".strip()
        return finished(request, sentence, undo_url=deed_url(by=one.by, at=one.now) if before else None)

    kept = reservations.kept_for(one.stay, at=one.now)
    consequence = _("Le lit %s sera gardé pour cette heure, s’il est libre jusque-là.") % kept.bed if kept else ""
    title, submit = _("Quand attend-on %s ?"), _("Changer l’heure")
    return one.answer(form, title, submit, act, page="stay.reschedule", consequence=consequence)


@door(*CHANGERS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the patient does not come, and why."""
    one = subject(request, pk)
    preadmission_rules.check_change(one.stay, by=one.by, now=one.now)

    def act(data: dict[str, Any]) -> HttpResponse:
        preadmissions.cancel(stay=one.stay, **data, by=one.by, at=one.now)
        sentence = one.about(_("Arrivée annulée : %s."))
        return finished(request, sentence, undo_url=reverse("board:reinstate", args=[pk]))

    consequence = _("Le patient n’est plus attendu ; un lit gardé pour lui ne l’est plus.")
    title, submit = _("%s ne vient pas"), _("Annuler ce séjour")
    return one.answer(CancelForm(sent(request)), title, submit, act, page="stay.cancel", consequence=consequence)


@require_POST
@door(*CHANGERS)
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Expect the patient again."""
    one = subject(request, pk)
    movement = preadmissions.reinstate(stay=one.stay, by=one.by, at=one.now)
    return one.done(_("Arrivée prévue de nouveau : %s."), movement)
