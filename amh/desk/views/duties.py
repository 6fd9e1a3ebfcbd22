from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core.dates import moment, until
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.desk import spells
from amh.desk.spells import Act
from amh.desk.views.teams import address, asked
from wards.actions import duties
from wards.forms.covers import DutyForm
from wards.models import Duty, DutyKind, Unit
from wards.models.validity import valid_at
from wards.rules import duties as rules

DUTIES = Duty.objects.select_related("unit", "user", "entered_by")


@door(Permission.SET_STAFF)
def give(request: HttpRequest) -> HttpResponse:
    """Put a person on call."""
    by, now, day = actor(request), timezone.now(), asked(request)
    night_falls, night_ends = day.night
    form = DutyForm(
        request.POST or None,
        now=now,
        units=Unit.objects.filter(valid_at(now)),
        starts_at=max(night_falls, now),
        ends_at=night_ends,
    )

    def act(said: dict[str, Any]) -> Done:
        kind, user = DutyKind(said.pop("kind")), get_object_or_404(User, pk=said.pop("user"))
        where = said.pop("unit")
        unit = get_object_or_404(Unit, pk=where) if where else None
        duties.give(kind=kind, user=user, unit=unit, **said, by=by, at=now)
        facts = {"who": user, "kind": kind.label.lower(), "to": moment(said["ends_at"], now=now)}
        return Done(_("%(who)s est de garde (%(kind)s) jusqu’à %(to)s.") % facts, address(day))

    return Dialog(form, _("Confier une garde"), _("Confier cette garde")).answer(request, act)


@require_safe
@door(Permission.SET_STAFF)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one duty, and how it can be ended or taken back."""
    duty, now = get_object_or_404(DUTIES, pk=pk), timezone.now()
    rules.check_change(duty, by=actor(request))
    title = _("%(kind)s : %(who)s") % {"kind": duty.get_kind_display(), "who": duty.user}
    facts = [(_("Où"), duty.unit or _("tout l’hôpital"))]
    return spells.shown(request, duty, title, facts, _acts(request, duty, at=now), at=now)


def _acts(request: HttpRequest, duty: Duty, *, at: datetime) -> list[Act]:
    back = asked(request).query
    if duty.ends_at > at:
        label = _("Terminer maintenant") if duty.starts_at <= at else _("Annuler cette garde")
        return [Act(label, reverse("desk:duty-end", args=[duty.pk]) + back)]
    former = spells.former_end(duty, at=at)
    if former is None:
        return []
    return [Act(_("Reprendre %s") % until(former, now=at), reverse("desk:duty-undo", args=[duty.pk]) + back)]


@require_POST
@door(Permission.SET_STAFF)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a duty before its time."""
    duty = get_object_or_404(DUTIES, pk=pk)
    duties.end(duty=duty, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Garde terminée : %s.") % duty.user, address(asked(request))))


@require_POST
@door(Permission.SET_STAFF)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was last said of a duty."""
    duty = get_object_or_404(DUTIES, pk=pk)
    duties.undo(duty=duty, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Garde, dernière saisie annulée : %s.") % duty.user, address(asked(request))))
