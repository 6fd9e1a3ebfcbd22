"""The morning confirmation of a unit, and which units have yet to do it (WR-4)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board.acts import LETTERS, reason
from amh.board.audiences import audience
from amh.board.confirmations import read
from amh.board.views.units import chosen
from amh.core import audit, dates, rules
from amh.core.dialogs import Done, finished
from amh.core.doors import door
from amh.core.live import feed
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from wards.actions import confirmations
from wards.models import Unit, UnitKind
from wards.models.validity import valid_at
from wards.queries import confirmations as queries
from wards.queries.confirmations import Said
from wards.rules.confirmations import check_confirm

CONFLICT = 409


@require_safe
@door(Permission.VIEW_BOARD)
def show(request: HttpRequest) -> HttpResponse:
    """Ask whether the board of a unit is right; without a unit, list those that are to say so."""
    unit = chosen(request)
    return _listing(request) if unit is None else _asked(request, unit)


def _listing(request: HttpRequest) -> HttpResponse:
    """The units that are to confirm this morning, those that have not yet first, then one’s own."""
    by, now = actor(request), timezone.now()
    units = list(Unit.objects.filter(valid_at(now)).exclude(kind=UnitKind.HOME_CARE))
    morning, said = queries.due(units, now), queries.last(until=now)
    own, missing = rules.units(by, Permission.CONFIRM_BOARD) or frozenset(), morning.missing(said)
    due = [unit for unit in units if unit.pk in morning.unit_ids]
    due.sort(key=lambda unit: (unit.pk not in missing, unit.pk not in own))
    context = {
        "rows": [_row(unit, said.get(unit.pk), missing=unit.pk in missing, now=now) for unit in due],
        "missing_count": len(missing),
        "until_label": dates.moment(morning.until, now=now),
        "late_label": dates.when(morning.until, now=now) if morning.until <= now else "",
        "counts_from": _counts_from(morning, now),
    }
    return render(request, "board/confirmations/list.html", context)


def _counts_from(morning: queries.Morning, now: datetime) -> str:
    """In the night, from when on a confirmation counts for the morning to come: till then it is of the day before."""
    return "" if dates.local(morning.until).date() == dates.local(now).date() else dates.clock(morning.since)


def _row(unit: Unit, said: Said | None, *, missing: bool, now: datetime) -> dict[str, Any]:
    return {"unit": unit, "said": said, "missing": missing, "at": dates.moment(said.at, now=now) if said else ""}


def _asked(request: HttpRequest, unit: Unit, *, status: int = 200, unseen: int = 0) -> HttpResponse:
    by, now = actor(request), timezone.now()
    position = feed.position()
    plan = read(unit, audience(by, language=get_language() or ""), at=now)
    audit.trace("confirmation", by=by, at=now, ip=ip(request), count=plan.named_count(), unit_id=unit.pk)
    context = {
        "plan": plan,
        "said_at": dates.moment(plan.said.at, now=now) if plan.said else "",
        "unit": unit,
        "beds": list(plan.beds.values()),
        "others": plan.others(),
        "questions": plan.questions(),
        "counts_from": _counts_from(queries.due([unit], now), now),
        "refusal": reason(lambda: check_confirm(unit, by=by, at=now)),
        "unseen": unseen,
        "letters": LETTERS,
        "live_url": "/live/lits",
        "position": position,
        "rendered_at": now,
    }
    return render(request, "board/confirmations/show.html", context, status=status)


@require_POST
@door(Permission.CONFIRM_BOARD)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the board of a unit; what came up since the person looked is shown first."""
    by, now = actor(request), timezone.now()
    unit = get_object_or_404(Unit, pk=pk)
    check_confirm(unit, by=by, at=now)
    plan = read(unit, audience(by, language=get_language() or ""), at=now)
    unseen = plan.keys - set(request.POST.getlist("vu"))
    if unseen:
        return _asked(request, unit, status=CONFLICT, unseen=len(unseen))
    confirmations.confirm(unit=unit, doubts=len(plan.doubts), by=by, at=now)
    back = f"{reverse('board:list')}?{urlencode({'unite': unit.code})}"
    return finished(request, Done(_("%s : plan confirmé.") % unit, back))
