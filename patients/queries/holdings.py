"""Whom a place still serves, or is promised to: what stands in the way of taking it away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from patients.models import Placement, Reservation, Stay, StayState
from patients.queries.placements import reaching
from wards.models import Bed


@dataclass(frozen=True)
class Holding:
    """One stay and the place that it has ``since`` a moment, or that is kept or awaited for it at ``expected_at``.

    A ``wanted`` bed is the one that was said for a patient who is in the unit, « lit à confirmer ».
    """

    stay: Stay
    bed: Bed | None
    since: datetime | None = None
    expected_at: datetime | None = None
    wanted: bool = False


def of_beds(bed_ids: Collection[int], *, after: datetime, now: datetime) -> list[Holding]:
    """Who lies in these beds after that moment, has one kept or waits for one; five queries at most."""
    placed = _placements(Q(bed__in=bed_ids) | Q(wanted_bed__in=bed_ids), after=after)
    kept = Reservation.objects.filter(bed__in=bed_ids, released_at=None, ends_at__gt=max(after, now))
    rows = kept.select_related("stay__patient", "bed__room").order_by("expected_at", "pk")
    return placed + [Holding(row.stay, row.bed, expected_at=row.expected_at) for row in rows]


def of_unit(unit_id: int, bed_ids: Collection[int], *, after: datetime, now: datetime) -> list[Holding]:
    """The same for a whole unit: also who is in it without a bed, and who is expected there."""
    held = of_beds(bed_ids, after=after, now=now)
    known = {holding.stay.pk for holding in held}
    there = [one for one in _placements(Q(unit=unit_id), after=after) if one.stay.pk not in known]
    awaited = Stay.objects.filter(unit=unit_id, state=StayState.EXPECTED).exclude(pk__in=known)
    rows = awaited.select_related("patient").order_by("expected_at", "pk")
    return held + there + [Holding(stay, None, expected_at=stay.expected_at) for stay in rows]


def _placements(where: Q, *, after: datetime) -> list[Holding]:
    rows = Placement.objects.filter(reaching(after), where)
    rows = rows.select_related("stay__patient", "bed__room", "wanted_bed__room").order_by("starts_at", "pk")
    return [
        Holding(row.stay, row.bed or row.wanted_bed, since=row.starts_at, wanted=row.wanted_bed is not None)
        for row in rows
    ]
