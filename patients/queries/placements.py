"""Who lies where, at a moment or over a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, Value

from patients.models import Placement, Reservation, Stay
from patients.models.patients import Folded
from wards.models import Closure

A_DAY = timedelta(days=1)


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


def of_others(stay: Stay, *, bed_ids: Iterable[int], after: datetime) -> list[Placement]:
    """Placements of other stays in these beds that reach beyond ``after``, the nearest first."""
    return list(
        Placement.objects.filter(reaching(after), bed_id__in=bed_ids)
        .exclude(stay=stay)
        .select_related("patient", "unit")
        .order_by("starts_at")
    )


def elsewhere(stay: Stay, *, after: datetime) -> Placement | None:
    """Where another stay of the same patient has them beyond ``after``, day chairs and places aside."""
    return (
        Placement.objects.filter(reaching(after), patient_id=stay.patient_id, exempt=False)
        .exclude(stay=stay)
        .select_related("unit", "bed__room")
        .first()
    )


def reservation(bed_id: int, *, at: datetime) -> Reservation | None:
    """The reservation that keeps the bed at ``at``."""
    return (
        Reservation.objects.filter(bed_id=bed_id, released_at=None, starts_at__lte=at, ends_at__gt=at)
        .select_related("stay__patient", "stay__unit")
        .first()
    )


def closure(bed_id: int, *, at: datetime) -> Closure | None:
    """The closure that bars the bed at ``at``; plain closure before blocking."""
    return Closure.objects.filter(reaching(at), bed_id=bed_id, starts_at__lte=at).order_by("-kind").first()


def holder(bed_id: int, *, at: datetime) -> Placement | None:
    """Who lies in the bed at ``at``."""
    return (
        Placement.objects.filter(reaching(at), bed_id=bed_id, starts_at__lte=at)
        .select_related("patient", "stay")
        .first()
    )


def beds_of_namesakes(stay: Stay, *, unit_ids: Iterable[int | None]) -> set[int | None]:
    """Beds of these units in which somebody else of the same birth name lies: their homonym alert may change (ID-8)."""
    others = Placement.objects.filter(unit_id__in=[pk for pk in unit_ids if pk], ends_at=None, bed__isnull=False)
    return set(
        others.exclude(stay=stay)
        .annotate(name=Folded("patient__birth_name"))
        .filter(name=Folded(Value(stay.patient.birth_name)))
        .values_list("bed_id", flat=True)
    )


def last_left(bed_id: int, *, at: datetime) -> Placement | None:
    """Who left the bed last before ``at``, within a day."""
    return (
        Placement.objects.filter(bed_id=bed_id, ends_at__lte=at, ends_at__gt=at - A_DAY)
        .select_related("stay__patient", "stay__unit")
        .order_by("ends_at")
        .last()
    )
