"""Who is expected in the wards today and in the days to come, and who will not come."""

from datetime import datetime, timedelta

from amh.core.models import User
from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from patients.actions import movements, reservations
from patients.models import Movement, MovementKind, MovementSource, StayState
from patients.queries import locks
from wards.models import Bed, Unit

TODAY, LATER, CANCELLED = 0.06, 0.12, 0.03
"""Preadmissions for each bed of a ward: today, in the days to come, called off."""
HORIZON = 7


def expect(scene: Scene, code: str, keepable: list[Bed]) -> None:
    """Announce the patients to come; every second one of today, and the first of the next days, has a bed kept."""
    unit, size = scene.hospital.units[code], len(scene.hospital.beds[code])
    for rank in range(max(1, round(size * TODAY))):
        visit = _announce(scene, unit, scene.clock.later(scene.rng.uniform(0.05, 0.85)))
        visit.kept_bed = keepable.pop(0) if keepable and rank % 2 == 0 else None
    for rank in range(max(1, round(size * LATER))):
        visit = _announce(scene, unit, scene.clock.day(1 + rank % HORIZON, scene.rng.choice((9, 10, 14, 15))))
        visit.kept_bed = keepable.pop(0) if len(keepable) > 1 and rank == 0 else None
    for _ in range(max(1, round(size * CANCELLED))):
        called_off = _announce(scene, unit, scene.clock.day(scene.rng.randint(0, 2), 10))
        called_off.cancel(scene.clock.earlier(scene.rng.uniform(0.1, 0.9)), by=scene.amh(unit))


def be_late(scene: Scene, code: str) -> None:
    """Announce one patient who should have been there by now."""
    _announce(scene, scene.hospital.units[code], scene.clock.earlier(0.8))


def _announce(scene: Scene, unit: Unit, due: datetime) -> Visit:
    entered = scene.now - timedelta(days=scene.rng.randint(2, 20))
    return scene.visit(unit, scene.people.someone()).preadmit(due, entered_at=entered, by=scene.amh(unit))


def keep_beds(scene: Scene) -> None:
    """Reserve, through the ward's own act, the beds chosen for visits already written."""
    for visit in scene.visits:
        if visit.kept_bed is not None and visit.stay is not None:
            due = visit.expected_at or scene.clock.later(0.2)
            by: User = scene.staff.users["lits"]
            reservations.reserve(stay=visit.stay, bed=visit.kept_bed, expected_at=due, by=by, at=scene.now)


def give_back(scene: Scene) -> None:
    """Keep a bed for somebody who needs it no more an hour later."""
    by = scene.staff.users["lits"]
    kept = {visit.kept_bed for visit in scene.visits}
    waiting = (visit for visit in scene.visits if visit.written.state == StayState.EXPECTED and visit.kept_bed is None)
    for visit in list(waiting)[-1:]:
        free = (bed for bed in scene.open_beds(visit.unit.code) if not scene.calendar.is_held(bed) and bed not in kept)
        due = visit.expected_at or scene.clock.later(0.2)
        for bed in list(free)[:1]:
            made = reservations.reserve(
                stay=visit.written, bed=bed, expected_at=due, by=by, at=scene.clock.earlier(0.6)
            )
            reservations.release(reservation=made, by=by, at=scene.clock.earlier(0.8))


def contradict(scene: Scene, code: str) -> None:
    """Let the administrative system put an expected patient in a bed that is held: « lit à confirmer » (WR-2)."""
    held = next(bed for bed in scene.open_beds(code) if scene.calendar.is_held(bed))
    unit = scene.hospital.units[code]
    without_bed = (visit.stay for visit in scene.visits if visit.unit == unit and visit.kept_bed is None)
    stay = locks.stay(next(stay.pk for stay in without_bed if stay and stay.state == StayState.EXPECTED))
    said = Movement(stay=stay, kind=MovementKind.ADMISSION, source=MovementSource.FEED, unit=unit, bed=held)
    said.effective_at = scene.clock.earlier(0.9)
    said.domain, said.number = stay.visit_domain, f"C{stay.visit_number}"
    movements.record(said, action="stay.admit", by=None, at=scene.now)
