"""Who lies in the wards, who has just left, who has no bed yet."""

from datetime import datetime, timedelta

from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from amh.demo.shares import dealt
from patients.models import Certainty, MovementKind
from wards.models import Bed, Unit

WARDS = ("MED", "HEM", "CUR", "USP", "CHIR")
EMPTY, FEWEST_EMPTY = 0.12, 3
"""Part of a ward's open beds in which nobody lies, and how many at least: one free, one kept, one to clean."""
LONGEST = 40
USUAL_DAYS = 7.0
LODGERS = {"MED": "HEM", "CHIR": "MED", "USP": "MED"}
"""Units that lodge patients of another one when that has no bed."""

LOUNGING = "CHIR"
"""Unit of which one patient waits in the lounge."""
LOUNGE, GONE = MovementKind.LOUNGE, MovementKind.DISCHARGE

TODAY = (Certainty.CERTAIN, Certainty.PROBABLE, Certainty.POSSIBLE)
PROSPECTS: dict[str, float] = {
    **dict.fromkeys(TODAY, 5),
    "overdue": 4,
    "tomorrow": 11,
    "later": 40,
    "unknown": 30,
}


def fill(scene: Scene, code: str) -> list[Bed]:
    """Put patients in most open beds of a ward; return the beds that may be kept, the surest first."""
    beds = scene.open_beds(code)
    scene.rng.shuffle(beds)
    held = _held(beds)
    prospects = [scene.prospects.pop() for _ in range(held)]
    for bed, prospect in zip(beds[:held], prospects, strict=True):
        _occupy(scene, bed, prospect)
    leaving = [bed for bed, prospect in zip(beds[:held], prospects, strict=True) if prospect == Certainty.CERTAIN]
    return _vacate(scene, beds[held:]) + leaving


def deal_prospects(scene: Scene) -> None:
    """Decide how sure every departure of the wards is, for all of them together, so that each case is met."""
    scene.prospects = dealt(sum(_held(scene.open_beds(code)) for code in WARDS), PROSPECTS)
    scene.rng.shuffle(scene.prospects)


def _held(beds: list[Bed]) -> int:
    least = min(FEWEST_EMPTY, len(beds) // 3)
    return len(beds) - max(least, round(len(beds) * EMPTY))


def _occupy(scene: Scene, bed: Bed, prospect: str) -> None:
    rng, unit = scene.rng, _responsible(scene, bed.room.unit)
    days = min(int(rng.expovariate(1 / USUAL_DAYS)), LONGEST)
    days = max(days, 3) if prospect == "overdue" else days
    arrived = _hour(scene, days) if days else scene.clock.earlier(rng.uniform(0.2, 0.95))
    visit = scene.visit(unit, scene.person_for(bed))
    if rng.random() < 0.65:
        entered = arrived - timedelta(days=rng.randint(2, 20))
        visit.preadmit(arrived - timedelta(minutes=rng.randrange(30)), entered_at=entered, by=scene.amh(unit))
    _install(scene, visit, bed, arrived, days)
    _foresee(scene, visit, prospect, arrived)


def _responsible(scene: Scene, unit: Unit) -> Unit:
    """The unit whose patient lies there: now and then another one, which had no bed left."""
    lodged = unit.code in LODGERS and scene.rng.random() < 0.05
    return scene.hospital.units[LODGERS[unit.code]] if lodged else unit


def _hour(scene: Scene, days: int) -> datetime:
    return scene.clock.day(-days, scene.rng.randint(8, 18), scene.rng.randrange(60))


def _install(scene: Scene, visit: Visit, bed: Bed, arrived: datetime, days: int) -> None:
    """Admit into the bed, or into another one first."""
    first = _first_bed(scene, bed, arrived, moved := _hour(scene, scene.rng.randrange(1, days))) if days > 1 else None
    if first is None:
        visit.step(MovementKind.ADMISSION, arrived, bed)
        scene.calendar.take(bed, arrived)
        return
    visit.step(MovementKind.ADMISSION, arrived, scene.calendar.take(first, arrived, moved))
    visit.step(MovementKind.TRANSFER, moved, scene.calendar.take(bed, moved), by=scene.amh(bed.room.unit))


def _first_bed(scene: Scene, bed: Bed, arrived: datetime, moved: datetime) -> Bed | None:
    """Another bed of the unit, taken today, that was free between the two moments; seldom looked for."""
    if scene.rng.random() > 0.4:
        return None
    others = scene.rng.sample(
        scene.hospital.beds[bed.room.unit.code], k=min(8, len(scene.open_beds(bed.room.unit.code)))
    )
    return next(
        (other for other in others if scene.calendar.is_held(other) and scene.calendar.is_free(other, arrived, moved)),
        None,
    )


def _foresee(scene: Scene, visit: Visit, prospect: str, arrived: datetime) -> None:
    clock, rng = scene.clock, scene.rng
    said_at = arrived + timedelta(hours=1) if arrived < scene.now - timedelta(hours=2) else scene.now
    match prospect:
        case "overdue":
            scene.expect(visit, clock.day(-rng.randint(1, 2), 14), Certainty.PROBABLE, said_at=said_at)
        case "tomorrow":
            scene.expect(visit, clock.day(1, rng.randint(10, 16)), rng.choice(TODAY), said_at=said_at)
        case "later":
            scene.expect(visit, clock.day(rng.randint(2, 15), 14), Certainty.POSSIBLE, said_at=said_at)
        case Certainty():
            scene.expect(visit, clock.later(rng.uniform(0.15, 0.9)), prospect, said_at=said_at)


def _vacate(scene: Scene, beds: list[Bed]) -> list[Bed]:
    """Leave the beds empty: some to clean, some cleaned, the rest long free. Return the half of the clean to keep.

    The other half stays free, so that every ward can take somebody at any hour.
    """
    dirty, cleaned = round(len(beds) * 0.45), round(len(beds) * 0.25)
    for rank, bed in enumerate(beds[: dirty + cleaned]):
        left = (
            scene.clock.day(-1, 18, 40) if not rank and dirty > 2 else scene.clock.earlier(scene.rng.uniform(0.1, 0.85))
        )
        _depart(scene, bed, left, LOUNGE if bed.room.unit.code == LOUNGING and rank == 1 else GONE)
        if rank >= dirty:
            scene.clean(bed, left + (scene.now - left) * 0.6)
    clean = beds[dirty:]
    return clean[: len(clean) // 2]


def _depart(scene: Scene, bed: Bed, left: datetime, kind: MovementKind) -> None:
    unit, arrived = bed.room.unit, _hour(scene, scene.rng.randint(2, 12))
    visit = scene.visit(unit, scene.people.someone(scene.sexes.get(bed.room_id, "")))
    visit.step(MovementKind.ADMISSION, arrived, scene.calendar.take(bed, arrived, left))
    scene.expect(visit, left, Certainty.CERTAIN, said_at=arrived + timedelta(hours=20))
    visit.step(kind, left, by=scene.amh(unit))


def leave_without_bed(scene: Scene, code: str) -> None:
    """Patients who are in the unit and wait for a bed: one, and one more for every hundred beds."""
    unit = scene.hospital.units[code]
    for _ in range(1 + len(scene.hospital.beds[code]) // 100):
        arrived = scene.clock.earlier(scene.rng.uniform(0.5, 0.9))
        scene.visit(unit, scene.people.someone()).step(MovementKind.ADMISSION, arrived, unit)
