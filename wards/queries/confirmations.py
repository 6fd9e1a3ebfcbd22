"""When each unit last said that its board is right, and which of them are to say so this morning (WR-4)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from amh.core import dates, parameters
from wards.models import Confirmation, Unit
from wards.queries.calendars import weeks_of_units
from wards.weeks import ALWAYS, Week, instant, opens_on

EARLY = timedelta(hours=2)
"""How long before the hour of the confirmation one already counts for that morning."""


class Said(NamedTuple):
    """The last confirmation of a unit: when, by whom (the short name), how many doubts were let stand."""

    at: datetime
    by: str
    doubts: int


@dataclass(frozen=True)
class Morning:
    """One morning's confirmations: of ``unit_ids``, counted from ``since`` on, and late after ``until``."""

    unit_ids: frozenset[int]
    since: datetime
    until: datetime

    def confirmed(self, said: Mapping[int, Said]) -> frozenset[int]:
        """The units that have confirmed this morning, or since."""
        return frozenset(pk for pk in self.unit_ids if pk in said and said[pk].at >= self.since)

    def missing(self, said: Mapping[int, Said]) -> frozenset[int]:
        """The units that have yet to confirm."""
        return self.unit_ids - self.confirmed(said)


def last(unit_ids: Collection[int] | None = None, *, until: datetime | None = None) -> dict[int, Said]:
    """The last confirmation of each unit (of these, or of all) up to ``until``, in one statement."""
    said = Confirmation.objects.filter(unit=OuterRef("pk"))
    if until is not None:
        said = said.filter(confirmed_at__lte=until)
    units = Unit.objects.all() if unit_ids is None else Unit.objects.filter(pk__in=unit_ids)
    newest = units.order_by().values(newest=Subquery(said.order_by("-confirmed_at", "-pk").values("pk")[:1]))
    rows = Confirmation.objects.filter(pk__in=newest).select_related("confirmed_by").order_by()
    return {row.unit_id: Said(row.confirmed_at, _short(row), row.doubts) for row in rows}


def _short(row: Confirmation) -> str:
    return row.confirmed_by.get_short_name() or row.confirmed_by.username


def same(unit: Unit, *, doubts: int, since: datetime) -> Confirmation | None:
    """The last confirmation of the unit, when it was made after ``since`` and leaves as many doubts."""
    newest = unit.confirmations.order_by("-confirmed_at", "-pk").first()
    return newest if newest and newest.confirmed_at > since and newest.doubts == doubts else None


def due(units: Iterable[Unit], at: datetime) -> Morning:
    """The confirmations of the morning of ``at``: of the units that open that day and that somebody has described."""
    units = list(units)
    return morning(units, weeks_of_units(units), hour=parameters.value("confirmation_hour"), at=at)


def morning(units: Iterable[Unit], weeks: Mapping[int, Week], *, hour: int, at: datetime) -> Morning:
    """The same, of units whose weeks are known: who has none is always open.

    Before the morning begins it is still the one of the day before.
    """
    day = dates.local(at).date()
    if at < instant(day, time(hour)) - EARLY:
        day -= timedelta(days=1)
    due = {one.pk for one in units if not one.to_be_referenced and opens_on(weeks.get(one.pk, ALWAYS), day)}
    until = instant(day, time(hour))
    return Morning(frozenset(due), until - EARLY, until)
