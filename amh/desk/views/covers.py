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
from amh.desk.teams import Day
from amh.desk.views.teams import address, asked
from wards.actions import covers
from wards.forms.covers import CoverForm
from wards.models import Cover, Unit
from wards.models.validity import valid_at
from wards.rules import covers as rules

COVERS = Cover.objects.select_related("unit", "user", "replaces", "entered_by")


@door(Permission.SET_STAFF)
def give(request: HttpRequest) -> HttpResponse:
    """Entrust a unit to a person."""
    by, now, day = actor(request), timezone.now(), asked(request)
    form = CoverForm(
        request.POST or None,
        now=now,
        units=Unit.objects.filter(valid_at(now)),
        starts_at=max(day.start, now),
        ends_at=day.end,
        initial={"unit": request.GET.get("unite")},
    )

    def act(said: dict[str, Any]) -> Done:
        unit, user = get_object_or_404(Unit, pk=said.pop("unit")), get_object_or_404(User, pk=said.pop("user"))
        replaced = said.pop("replaces")
        replaces = get_object_or_404(User, pk=replaced) if replaced else None
        made = covers.cover(unit=unit, user=user, replaces=replaces, **said, by=by, at=now)
        facts = {"unit": unit, "who": user, "to": moment(said["ends_at"], now=now)}
        return Done(_("%(unit)s : relais confié à %(who)s jusqu’à %(to)s.") % facts, address(day), _ending(made, day))

    return Dialog(form, _("Confier un relais"), _("Confier ce relais")).answer(request, act)


@require_POST
@door(Permission.TAKE_COVER)
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """« Je reprends l’unité »."""
    unit, now = get_object_or_404(Unit, pk=pk), timezone.now()
    made = covers.take_over(unit=unit, by=actor(request), at=now)
    facts = {"unit": unit, "to": moment(made.ends_at, now=now)}
    sentence = _("%(unit)s : vous tenez le relais jusqu’à %(to)s.") % facts
    return finished(request, Done(sentence, address(asked(request)), _ending(made, asked(request))))


@require_safe
@door(Permission.SET_STAFF, Permission.TAKE_COVER)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one cover, and how it can be ended or taken back."""
    cover, now = get_object_or_404(COVERS, pk=pk), timezone.now()
    rules.check_change(cover, by=actor(request))
    facts = [(_("À la place de"), cover.replaces)] if cover.replaces else []
    title = _("Relais, %(unit)s : %(who)s") % {"unit": cover.unit, "who": cover.user}
    return spells.shown(request, cover, title, facts, _acts(request, cover, at=now), at=now)


def _acts(request: HttpRequest, cover: Cover, *, at: datetime) -> list[Act]:
    day = asked(request)
    if cover.ends_at > at:
        label = _("Terminer maintenant") if cover.starts_at <= at else _("Annuler ce relais")
        return [Act(label, _ending(cover, day))]
    former = spells.former_end(cover, at=at)
    if former is None:
        return []
    undoing = reverse("desk:cover-undo", args=[cover.pk]) + day.query
    return [Act(_("Reprendre %s") % until(former, now=at), undoing)]


def _ending(cover: Cover, day: Day) -> str:
    """Where a cover is ended, and the day shown after."""
    return reverse("desk:cover-end", args=[cover.pk]) + day.query


@require_POST
@door(Permission.SET_STAFF, Permission.TAKE_COVER)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a cover before its time."""
    cover = get_object_or_404(COVERS, pk=pk)
    covers.end(cover=cover, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Relais terminé : %s.") % cover.unit, address(asked(request))))


@require_POST
@door(Permission.SET_STAFF, Permission.TAKE_COVER)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was last said of a cover."""
    cover = get_object_or_404(COVERS, pk=pk)
    covers.undo(cover=cover, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Relais, dernière saisie annulée : %s.") % cover.unit, address(asked(request))))
