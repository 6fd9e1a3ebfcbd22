from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core.dates import moment, until
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.desk import spells
from amh.desk.spells import Act
from amh.desk.views.teams import address, asked
from wards.actions import absences
from wards.forms.covers import AbsenceForm, FateForm, ReturnForm
from wards.models import Absence
from wards.rules import absences as rules
from wards.rules.absences import Fate

ABSENCES = Absence.objects.select_related("user", "entered_by")


@door(Permission.SET_STAFF)
def record(request: HttpRequest) -> HttpResponse:
    """Note that a person is away."""
    by, now, day = actor(request), timezone.now(), asked(request)
    initial = {"user": request.GET.get("personne")}
    spell = {"starts_at": max(day.start, now), "ends_at": day.end}
    form = AbsenceForm(request.POST or None, now=now, **spell, initial=initial)

    def act(said: dict[str, Any]) -> Done:
        user, fate = get_object_or_404(User, pk=said.pop("user")), _fate(said.pop("commitments"))
        absences.record(user=user, commitments=fate, **said, by=by, at=now)
        return Done(_("Absence notée : %s.") % user, address(day))

    return Dialog(form, _("Noter une absence"), _("Noter cette absence")).answer(request, act)


@require_safe
@door(Permission.SET_STAFF)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one absence, and how it can be cut short or taken back."""
    rules.check_change(by=actor(request))
    absence, now = get_object_or_404(ABSENCES, pk=pk), timezone.now()
    title = _("Absence : %s") % absence.user
    return spells.shown(request, absence, title, [], _acts(request, absence, at=now), at=now)


def _acts(request: HttpRequest, absence: Absence, *, at: datetime) -> list[Act]:
    back = asked(request).query
    undo = reverse("desk:absence-undo", args=[absence.pk]) + back
    former, acts = spells.former_end(absence, at=at), []
    if absence.ends_at > at:
        acts = [Act(_("De retour plus tôt"), reverse("desk:absence-cut-short", args=[absence.pk]) + back, asks=True)]
    if former is not None:
        acts.append(Act(_("Encore absent %s") % until(former, now=at), undo, asks=True))
    elif acts:
        acts.append(Act(_("Saisie par erreur"), undo, asks=True))
    return acts


@door(Permission.SET_STAFF)
def cut_short(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a person is back before the absence was to end."""
    by, now, day = actor(request), timezone.now(), asked(request)
    absence = get_object_or_404(ABSENCES, pk=pk)
    form = ReturnForm(request.POST or None, now=now, ends_at=max(now, absence.starts_at))

    def act(said: dict[str, Any]) -> Done:
        absences.cut_short(absence=absence, **said, by=by, at=now)
        facts = {"who": absence.user, "at": moment(said["ends_at"], now=now)}
        return Done(_("Retour noté : %(who)s, %(at)s.") % facts, address(day))

    title = _("Retour : %s") % absence.user
    return Dialog(form, title, _("Noter ce retour")).answer(request, act)


@door(Permission.SET_STAFF)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was last said of an absence."""
    by, now, day = actor(request), timezone.now(), asked(request)
    absence = get_object_or_404(ABSENCES, pk=pk)
    form = FateForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, Any]) -> Done:
        absences.undo(absence=absence, commitments=_fate(said["commitments"]), by=by, at=now)
        return Done(_("Absence, dernière saisie annulée : %s.") % absence.user, address(day))

    title = _("Annuler la dernière saisie d’absence : %s") % absence.user
    return Dialog(form, title, _("Annuler cette saisie")).answer(request, act)


def _fate(said: str) -> Fate | None:
    return Fate(said) if said else None
