"""Who is where between two moments: what the page of the team shows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Q

from amh.core.accounts import DEVICES
from amh.core.models import User
from amh.core.roles import Role
from wards.models import Absence, Cover, Duty, Membership, Unit
from wards.queries.calendars import week_of_role, weeks_of_units
from wards.queries.staffs import during
from wards.weeks import Week

T = TypeVar("T")
TRADE = Role.AMH
"""The trade that covers units."""


@dataclass(frozen=True)
class Staffing:
    """Units in their order; who works in each; absences by person, covers by unit; who is on call; who is open."""

    units: list[Unit]
    members: dict[int, list[User]]
    absences: dict[int, list[Absence]]
    covers: dict[int, list[Cover]]
    duties: list[Duty]
    weeks: dict[int, Week]
    trade: Week


def read(start: datetime, end: datetime, *, night_end: datetime) -> Staffing:
    """Who is where from ``start`` to ``end``, and who is on call until ``night_end``."""
    units = list(Unit.objects.filter(_valid(start, end)))
    members = Membership.objects.filter(_valid(start, end), user__is_active=True).exclude(user__role__in=DEVICES)
    absences = Absence.objects.filter(during(start, end)).order_by("starts_at")
    covers = Cover.objects.filter(during(start, end)).select_related("user", "replaces").order_by("starts_at", "pk")
    duties = Duty.objects.filter(during(start, night_end)).select_related("user", "unit")
    return Staffing(
        units=units,
        members=_members(members.select_related("user").order_by("user__last_name", "user__first_name", "pk")),
        absences=_grouped(absences, lambda one: one.user_id),
        covers=_grouped(covers, lambda one: one.unit_id),
        duties=list(duties.order_by("starts_at", "kind", "pk")),
        weeks=weeks_of_units(units),
        trade=week_of_role(TRADE),
    )


def _valid(start: datetime, end: datetime) -> Q:
    return Q(valid_from__lt=end) & (Q(valid_until=None) | Q(valid_until__gt=start))


def _members(rows: Iterable[Membership]) -> dict[int, list[User]]:
    """The people of each unit, once each, although they may have left it and come back."""
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for row in rows:
        found[row.unit_id][row.user_id] = row.user
    return {unit_id: list(people.values()) for unit_id, people in found.items()}


def _grouped(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)
