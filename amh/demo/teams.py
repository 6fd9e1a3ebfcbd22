"""Who works where, who covers whom, who is away and who is on call, around the day of the demonstration."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from amh.demo.clocks import Clock
from amh.demo.scenes import Scene
from wards.actions import absences, covers, duties
from wards.models import DutyKind


class Moments(TypedDict):
    """From when until when."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Spell:
    """From an hour of a day, counted from today, to an hour of another; said some days before."""

    who: str
    since: tuple[int, int]
    until: tuple[int, int]
    said: int = -10

    def moments(self, clock: Clock) -> Moments:
        """Its beginning and its end."""
        return {"starts_at": clock.day(*self.since), "ends_at": clock.day(*self.until)}


@dataclass(frozen=True)
class Covering(Spell):
    """A unit that somebody takes over, in the place of a colleague."""

    unit: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class Guard(Spell):
    """A duty, in one unit or (none) in all of them."""

    kind: DutyKind = DutyKind.NIGHT_CADRE
    unit: str = ""


AWAY = (
    Spell("amh7", (-9, 0), (-4, 0), said=-30),
    Spell("amh5", (-2, 0), (4, 0)),
    Spell("amh12", (6, 0), (13, 0)),
)
COVERS = (
    Covering("amh3", (-3, 8), (-1, 18), unit="USP", replaces="amh5"),
    Covering("amh", (0, 0), (2, 18), unit="USP", replaces="amh5"),
    Covering("amh8", (0, 0), (3, 18), unit="CUR", replaces="amh5"),
    Covering("amh13", (6, 8), (12, 18), unit="ACA", replaces="amh12"),
)
DUTIES = (
    *(Guard("garde", (day, 19), (day + 1, 8)) for day in (-1, 0, 1)),
    Guard("infirmiere", (1, 20), (2, 7), kind=DutyKind.SECTOR_NURSE, unit="CHIR"),
    Guard("cadre-amh", (0, 0), (3, 0), kind=DutyKind.ADMINISTRATOR),
)


def gather(scene: Scene) -> None:
    """Write the absences first, then who stands in, then who is on call."""
    users, units, clock = scene.staff.users, scene.hospital.units, scene.clock
    by = users["cadre-amh"]
    for away in AWAY:
        absences.record(user=users[away.who], **away.moments(clock), by=by, at=clock.day(away.said, 9))
    for one in COVERS:
        covers.cover(
            unit=units[one.unit],
            user=users[one.who],
            replaces=users[one.replaces],
            **one.moments(clock),
            by=by,
            at=clock.day(one.said, 9),
        )
    for guard in DUTIES:
        duties.give(
            kind=guard.kind,
            user=users[guard.who],
            unit=units.get(guard.unit),
            **guard.moments(clock),
            by=by,
            at=clock.day(guard.said, 9),
        )
