"""Beds that take nobody: works, staff, equipment, radiation, hygiene."""

from dataclasses import dataclass

from amh.demo.scenes import Scene
from patients.actions import beds
from wards.models import ClosureKind, ClosureReason

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
