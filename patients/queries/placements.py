"""Who lies where, at a moment or over a time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from amh.core.prepared_statements import Prepared
from patients.models import Movement, Placement, Reservation, Stay
from wards.models import Closure

A_DAY, AN_INSTANT = timedelta(days=1), timedelta(microseconds=1)

# Each half begins at the places of the stays that are asked for, and goes on by an index.
WAITING_BEHIND = Prepared(
    "waiting_behind",
    """
SELECT waiting.stay_id FROM patients_placement held
JOIN patients_placement waiting ON waiting.wanted_bed_id = held.bed_id AND waiting.to_confirm
WHERE held.stay_id = ANY(%(stays)s) AND waiting.stay_id <> ALL(%(stays)s)
  AND waiting.starts_at < COALESCE(held.ends_at, 'infinity') AND held.starts_at < COALESCE(waiting.ends_at, 'infinity')
UNION
SELECT waiting.stay_id FROM patients_placement held
JOIN patients_placement waiting ON waiting.patient_id = held.patient_id AND waiting.to_confirm
WHERE held.stay_id = ANY(%(stays)s) AND waiting.stay_id <> ALL(%(stays)s)
  AND waiting.starts_at < COALESCE(held.ends_at, 'infinity') AND held.starts_at < COALESCE(waiting.ends_at, 'infinity')
""",
    stays="bigint[]",
)


def reaching(at: datetime) -> Q:
    """Condition of what is still going on at ``at`` or begins later."""
    return Q(ends_at=None) | Q(ends_at__gt=at)


def current(stay: Stay, *, at: datetime) -> Placement | None:
    """Where the patient of ``stay`` is at ``at``, with bed, room and unit; ``None`` when nowhere."""
    return (
        Placement.objects.filter(reaching(at), stay=stay, starts_at__lte=at)
        .select_related("unit", "bed__room__unit", "wanted_bed__room")
        .first()
    )


def last(stay: Stay) -> Placement | None:
    """Where the patient of ``stay`` is or was last, with bed, room and unit."""
    rows = Placement.objects.filter(stay=stay).select_related("unit", "bed__room__unit", "wanted_bed__room__unit")
    return rows.order_by("-starts_at", "-pk").first()


def settled_before(rows: Collection[Movement]) -> set[int]:
    """Other stays that have beds or patients of these movements' stays, and were said to before the movements were.

    When the movements are taken back, all of them were there at the same time once, be it in contradiction.
    """
    return set(_settled_before(rows).values_list("stay_id", flat=True))


def yielding(rows: Collection[Movement]) -> set[int]:
    """Those of ``settled_before`` that came to their places by waiting: said after the stays of these movements.

    When the movements are taken back, they wait again.
    """
    earlier = _placing().filter(stay__in={row.stay_id for row in rows}, pk__lt=OuterRef("said"))
    same_bed = Exists(earlier.filter(bed=OuterRef("bed")))
    same_patient = Exists(earlier.filter(stay__patient=OuterRef("patient")))
    settled = _settled_before(rows).filter(same_bed | Q(same_patient, exempt=False))
    return set(settled.values_list("stay_id", flat=True))


def _placing() -> QuerySet[Movement]:
    return Movement.objects.standing().filter(unit__isnull=False)


def _settled_before(rows: Collection[Movement]) -> QuerySet[Placement]:
    """Places of other stays, each with ``said``: the newest movement that puts that stay somewhere."""
    stay_ids = {row.stay_id for row in rows}
    said = _placing().filter(stay=OuterRef("stay")).order_by("-pk").values("pk")[:1]
    named = _placing().filter(stay__in=stay_ids, bed__isnull=False).values("bed")
    people = Stay.objects.filter(pk__in=stay_ids).values("patient")
    there = Placement.objects.filter(reaching(min(row.effective_at for row in rows)), to_confirm=False)
    there = there.filter(Q(bed__in=named) | Q(patient__in=people, exempt=False)).exclude(stay__in=stay_ids)
    return there.annotate(said=Subquery(said)).filter(said__lt=min(row.pk for row in rows))


def before(place: Placement) -> Placement | None:
    """Where the patient of the same stay was just before ``place``."""
    rows = Placement.objects.filter(stay=place.stay_id, starts_at__lt=place.starts_at)
    return rows.select_related("unit", "bed__room__unit").order_by("-starts_at").first()


def contradicting(place: Placement, *, at: datetime) -> list[Placement]:
    """What contradicts at ``at`` a place to be confirmed: who lies in the bed, then other places of the patient."""
    when: dict[str, Any] = {"after": at, "until": at + AN_INSTANT, "besides": [place.stay_id]}
    in_bed = held(bed_ids=[place.wanted_bed_id], **when) if place.wanted_bed_id else []
    return in_bed + ([] if place.exempt else held(patient_ids=[place.patient_id], **when))


def held(
    *,
    bed_ids: Collection[int] = (),
    patient_ids: Collection[int] = (),
    after: datetime,
    until: datetime | None = None,
    besides: Collection[int] = (),
) -> list[Placement]:
    """Places that hold one of these beds, or one of these patients, beyond ``after``; the first begun first.

    Those that begin before ``until`` when it is given. Not those of the stays ``besides``.
    """
    rows = holding(bed_ids=bed_ids, patient_ids=patient_ids, after=after).exclude(stay__in=besides)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return list(rows.select_related("patient", "stay__patient", "unit").order_by("starts_at", "pk"))


def holding(*, bed_ids: Collection[int], patient_ids: Collection[int], after: datetime) -> QuerySet[Placement]:
    """Places that hold one of these beds, or one of these patients, beyond ``after``; day places hold no patient."""
    rows = Placement.objects.filter(reaching(after), to_confirm=False)
    return rows.filter(Q(bed__in=bed_ids) | Q(patient__in=patient_ids, exempt=False))


def waiting_behind(stay_ids: Collection[int]) -> set[int]:
    """Other stays with a place to be confirmed because one of these stays has the bed, or the patient."""
    return {pk for (pk,) in WAITING_BEHIND.rows(stays=list(stay_ids))}


def reservation(bed_id: int, *, at: datetime) -> Reservation | None:
    """The reservation that keeps the bed at ``at``."""
    return next(iter(reservations([bed_id], after=at, until=at + AN_INSTANT)), None)


def reservations(bed_ids: Collection[int], *, after: datetime, until: datetime | None) -> list[Reservation]:
    """Reservations that keep these beds at some time between the two moments, the first begun first."""
    rows = Reservation.objects.filter(bed__in=bed_ids, released_at=None, ends_at__gt=after)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return list(rows.select_related("bed__room", "stay__patient", "stay__unit").order_by("starts_at", "pk"))


def closure(bed_id: int, *, at: datetime) -> Closure | None:
    """The closure that bars the bed at ``at``; plain closure before blocking."""
    return next(iter(closures([bed_id], after=at, until=at + AN_INSTANT)), None)


def closures(bed_ids: Collection[int], *, after: datetime, until: datetime | None) -> list[Closure]:
    """Closures of these beds at some time between the two moments; plain ones first, then by their beginning."""
    rows = Closure.objects.filter(reaching(after), bed__in=bed_ids).exclude(starts_at=F("ends_at"))
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return list(rows.select_related("bed__room").order_by("-kind", "starts_at", "pk"))


def holder(bed_id: int, *, at: datetime) -> Placement | None:
    """Who lies in the bed at ``at``."""
    return (
        Placement.objects.filter(reaching(at), bed_id=bed_id, starts_at__lte=at)
        .select_related("patient", "stay")
        .first()
    )


def last_left(bed_id: int, *, at: datetime) -> Placement | None:
    """Who left the bed last before ``at``, within a day."""
    return (
        Placement.objects.filter(bed_id=bed_id, ends_at__lte=at, ends_at__gt=at - A_DAY)
        .select_related("stay__patient", "stay__unit")
        .order_by("ends_at")
        .last()
    )
