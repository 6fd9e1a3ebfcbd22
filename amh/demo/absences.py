"""Patients who are not simply in their bed: on leave, leaving, in the lounge, and who died."""

from datetime import timedelta

from amh.demo.inpatients import WARDS
from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from patients.models import MovementKind

LEAVES = (("MED", 30), ("HEM", 6), ("CHIR", -1))
"""Units in which somebody is on leave, and in how many hours they are to be back; one is late."""
DIED, LEAVING = "USP", "CHIR"


def play(scene: Scene) -> None:
    """Have a few patients of the wards, who came before today, go on leave, die, or leave as another system told."""
    here = {code: [visit for visit in scene.visits if _lies_in(scene, visit, code)] for code in WARDS}
    for code, hours in LEAVES:
        _go_on_leave(scene, here[code].pop(), hours)
    visit = here[DIED].pop()
    visit.step(MovementKind.DEATH, scene.clock.earlier(0.8), visit.movements[-1].bed, by=scene.amh(visit.unit))
    here[LEAVING].pop().step(MovementKind.DISCHARGE, scene.clock.earlier(0.99))


def _lies_in(scene: Scene, visit: Visit, code: str) -> bool:
    bed = visit.movements[-1].bed if visit.is_present else None
    return bed is not None and bed.room.unit.code == code and visit.movements[-1].effective_at < scene.clock.day(0, 0)


def _go_on_leave(scene: Scene, visit: Visit, hours: int) -> None:
    bed, left = visit.movements[-1].bed, scene.clock.earlier(0.3)
    visit.step(MovementKind.LEAVE, left, bed, by=scene.amh(visit.unit))
    visit.movements[-1].expected_return_at = max(scene.now + timedelta(hours=hours), left + timedelta(minutes=1))
