"""Beds that take nobody: works, staff, equipment, radiation, hygiene."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from amh.demo.openings import WEEK, august
from amh.demo.scenes import Scene
from patients.actions import beds, closures
from wards.models import Bed, ClosureKind, ClosureReason

SHARE = 0.03


@dataclass(frozen=True)
class Cause:
    """Why a bed is closed, since how many days and for how many more (``None``: nobody knows)."""

    reason: ClosureReason
    since: int
    left: int | None
    kind: ClosureKind = ClosureKind.CLOSED


WORKS = Cause(ClosureReason.WORKS, since=20, left=12)
STAFF = Cause(ClosureReason.STAFF, since=5, left=None)
EQUIPMENT = Cause(ClosureReason.EQUIPMENT, since=2, left=None)
RADIATION = Cause(ClosureReason.RADIATION, since=1, left=1, kind=ClosureKind.BLOCKED)
INFECTION = Cause(ClosureReason.INFECTION, since=1, left=2, kind=ClosureKind.BLOCKED)
CAUSES = {
    "MED": (WORKS, STAFF, INFECTION),
    "HEM": (WORKS, EQUIPMENT),
    "CUR": (RADIATION, RADIATION, EQUIPMENT),
    "HDJ": (EQUIPMENT,),
    "CHIR": (STAFF, WORKS),
}


def close(scene: Scene) -> None:
    """Close a few beds of the units, before anybody lies in them; each unit of some size has one of its causes."""
    by = scene.staff.users["lits"]
    for code, causes in CAUSES.items():
        candidates = scene.hospital.beds[code]
        count = round(len(candidates) * SHARE) or int(len(candidates) >= 10)
        for rank, bed in enumerate(scene.rng.sample(candidates, count)):
            cause = causes[rank % len(causes)]
            since, until = scene.clock.day(-cause.since, 9), None
            if cause.left is not None:
                until = scene.clock.day(cause.left, 18)
            beds.close(bed=bed, reason=cause.reason, kind=cause.kind, by=by, at=since, until=until)
            scene.closed.add(bed.pk)


def close_in_august(scene: Scene) -> None:
    """Close the week hospital for the fortnight that its calendar says, before anybody is expected there."""
    first, last = august(timezone.localdate(scene.now))
    closures.close_unit(
        unit=scene.hospital.units[WEEK.units[0]],
        reason=ClosureReason.STAFF,
        starts_at=scene.clock.at(first),
        until=scene.clock.at(last + timedelta(days=1)),
        by=scene.staff.users["lits"],
        at=scene.clock.day(-60, 9),
    )


def plan(scene: Scene) -> None:
    """Works to come, where nobody lies and no bed is kept: in one bed next week, in a whole room in two months."""
    by, at, works = scene.staff.users["lits"], scene.clock.earlier(0.3), ClosureReason.WORKS
    start, until = scene.clock.day(7, 8), scene.clock.day(9, 18)
    for bed in _unclaimed(scene, "CHIR")[:1]:
        beds.close(bed=bed, reason=works, starts_at=start, until=until, by=by, at=at)
    start, until = scene.clock.day(60, 8), scene.clock.day(74, 18)
    for bed in _unclaimed(scene, "MED")[:1]:
        closures.close_room(room=bed.room, reason=works, starts_at=start, until=until, by=by, at=at)


def _unclaimed(scene: Scene, code: str) -> list[Bed]:
    """Beds of single rooms in which nobody lies, and which nobody is to have."""
    kept = {visit.kept_bed for visit in scene.visits}
    neighbours = Counter(bed.room_id for bed in scene.hospital.beds[code])
    free = (bed for bed in scene.open_beds(code) if not scene.calendar.is_held(bed) and bed not in kept)
    return [bed for bed in free if neighbours[bed.room_id] == 1]
