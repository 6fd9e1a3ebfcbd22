"""Who shares a room, and what is signalled about them that matters to whoever comes into it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from patients.models import ISOLATIONS, Flag, FlagKind, Placement
from patients.queries.placements import AN_INSTANT, closures, reaching
from wards.models import Bed, BedKind
from wards.models.validity import valid_at


def open_beds(bed: Bed, *, at: datetime) -> list[Bed]:
    """The other beds of the room in which somebody may lie at ``at``: in service, and not closed."""
    others = list(Bed.objects.filter(valid_at(at), room=bed.room_id, kind=BedKind.BED).exclude(pk=bed.pk))
    barred = {one.bed_id for one in closures([other.pk for other in others], after=at, until=at + AN_INSTANT)}
    return [other for other in others if other.pk not in barred]


def lying(bed: Bed, *, at: datetime, besides: Collection[int]) -> list[Placement]:
    """Who lies at ``at`` in another bed of the room, closed or not; not the stays ``besides``."""
    rows = Placement.objects.filter(reaching(at), bed__room=bed.room_id, starts_at__lte=at).exclude(bed=bed)
    return list(rows.exclude(stay__in=besides).select_related("patient", "stay").order_by("bed__label"))


def precautions(patient_ids: Collection[int], *, at: datetime) -> dict[int, list[FlagKind]]:
    """The types of precaution that hold for these patients at ``at``, in the order of the list (WR-60: no germ)."""
    rows = Flag.objects.filter(patient__in=patient_ids, kind__in=ISOLATIONS, starts_at__lte=at, ends_at=None)
    found: dict[int, list[FlagKind]] = defaultdict(list)
    for flag in sorted(rows, key=lambda flag: FlagKind.values.index(flag.kind)):
        found[flag.patient_id].append(FlagKind(flag.kind))
    return found
