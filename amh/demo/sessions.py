"""The day of the day hospital, of ambulatory surgery, and of the recovery room of the theatre."""

from datetime import datetime, timedelta

from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from amh.demo.shares import dealt
from patients.models import Certainty, MovementKind, StayKind
from wards.models import Bed, Unit, UnitKind

DAY_UNITS = ("HDJ", "ACA")
PATTERNS = {"left, present": 20, "present": 35, "left, to clean": 12, "left, clean": 13, "not used": 20}
"""What has become of a chair or place so far today."""
EXPECTED = 0.5
"""Patients still to come today, for each chair or place."""


def live(scene: Scene, code: str) -> None:
    """Use the chairs and places of a day unit as they are in the middle of a day; while it is shut nobody is there."""
    unit, beds = scene.hospital.units[code], scene.open_beds(code)
    if code in scene.shut:
        for _ in range(round(len(beds) * EXPECTED)):
            _await(scene, unit, scene.shut[code] + timedelta(minutes=scene.rng.randrange(6 * 60)))
        return
    patterns = dealt(len(beds), PATTERNS)
    scene.rng.shuffle(patterns)
    for bed, pattern in zip(beds, patterns, strict=True):
        if "left" in pattern:
            _serve(scene, bed)
        if pattern in ("left, present", "left, clean"):
            scene.clean(bed, scene.clock.earlier(0.52))
        if "present" in pattern:
            _seat(scene, bed)
    free = [bed for bed, pattern in zip(beds, patterns, strict=True) if pattern == "not used"]
    for rank in range(round(len(beds) * EXPECTED)):
        visit = _await(scene, unit, scene.clock.later(scene.rng.uniform(0.05, 0.6)))
        visit.kept_bed = free.pop() if free and rank % 4 == 0 else None


def _kind(scene: Scene, unit: Unit) -> StayKind:
    if unit.kind == UnitKind.DAY_HOSPITAL:
        return scene.rng.choice((StayKind.DAY_HOSPITAL, StayKind.SESSION))
    return StayKind.DAY_SURGERY


def _begin(scene: Scene, unit: Unit) -> Visit:
    return scene.visit(unit, scene.people.someone(), _kind(scene, unit))


def _serve(scene: Scene, bed: Bed) -> None:
    """Somebody came this morning and has left."""
    came, left = scene.clock.earlier(scene.rng.uniform(0.02, 0.15)), scene.clock.earlier(scene.rng.uniform(0.3, 0.5))
    visit = _begin(scene, bed.room.unit).step(MovementKind.ADMISSION, came, scene.calendar.take(bed, came, left))
    visit.step(MovementKind.DISCHARGE, left, by=scene.amh(bed.room.unit))


def _seat(scene: Scene, bed: Bed) -> None:
    """Somebody is there; for one in four the hour of leaving is known."""
    came = scene.clock.earlier(scene.rng.uniform(0.55, 0.95))
    visit = _begin(scene, bed.room.unit).step(MovementKind.ADMISSION, came, scene.calendar.take(bed, came))
    if scene.rng.random() < 0.25:
        leaving_at = scene.clock.later(scene.rng.uniform(0.2, 0.6))
        visit.expect(leaving_at, Certainty.CERTAIN, said_at=scene.now, by=scene.amh(bed.room.unit))


def _await(scene: Scene, unit: Unit, due: datetime) -> Visit:
    entered = scene.now - timedelta(days=scene.rng.randint(3, 15))
    return _begin(scene, unit).preadmit(due, entered_at=entered, by=scene.amh(unit))


def recover(scene: Scene, keepable: list[Bed]) -> None:
    """Put a few of the patients operated today in the recovery room; some have a bed of surgery kept for after it."""
    places = [] if "BLOC1" in scene.shut else scene.open_beds("BLOC1")
    for rank, place in enumerate(places[: max(1, round(len(places) * 0.25))]):
        unit = scene.hospital.units["ACA" if rank % 3 == 2 else "CHIR"]
        kind = StayKind.DAY_SURGERY if unit.code == "ACA" else StayKind.INPATIENT
        came, operated = (scene.clock.earlier(scene.rng.uniform(*window)) for window in ((0.02, 0.3), (0.6, 0.95)))
        visit = scene.visit(unit, scene.people.someone(), kind).step(MovementKind.ADMISSION, came, unit)
        visit.step(MovementKind.TRANSFER, operated, scene.calendar.take(place, operated), by=scene.amh(place.room.unit))
        if unit.code == "CHIR" and rank % 2 == 0 and keepable:
            visit.kept_bed = keepable.pop(0)
