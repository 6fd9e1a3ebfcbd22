"""Stays of the past, laid bed by bed from today backwards, thousands at a time."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from amh.demo import ledgers
from amh.demo.ledgers import Visit
from amh.demo.people import Person
from amh.demo.scenes import KINDS, Scene
from patients.models import MovementKind, StayKind
from wards.models import DAY_KINDS, Bed, Cleaning

BATCH = 5000
CROWD = 4000
"""People of whom a past stay may find another one."""
GROWN_UP_SINCE = 45
"""Youngest age today of somebody who has past stays."""


@dataclass
class Past:
    """How far back each bed is already taken, and who may have been here before."""

    scene: Scene
    taken_from: dict[int, datetime] = field(default_factory=dict)
    crowd: list[tuple[Person, datetime]] = field(default_factory=list)
    queue: list[tuple[float, int]] = field(default_factory=list)
    beds: dict[int, Bed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code, beds in self.scene.hospital.beds.items():
            for bed in beds if code != "BLOC1" else ():
                self.beds[bed.pk] = bed
                self.take(bed, self._unused_before(bed))

    def take(self, bed: Bed, start: datetime) -> None:
        """Note that the bed is taken from ``start`` on."""
        self.taken_from[bed.pk] = start
        heapq.heappush(self.queue, (-start.timestamp(), bed.pk))

    def next_bed(self) -> Bed:
        """The bed whose past is known the least far back."""
        while True:
            negative, pk = heapq.heappop(self.queue)
            if -negative == self.taken_from[pk].timestamp():
                return self.beds[pk]

    def someone(self, start: datetime, end: datetime) -> Person:
        """Somebody who was nowhere else then: in one case of two, a patient already known."""
        rng = self.scene.rng
        place = rng.randrange(CROWD)
        if place < len(self.crowd) and rng.random() < 0.5:
            person, first = self.crowd[place]
            if end < first - timedelta(days=1):
                self.crowd[place] = (person, start)
                return person
        person = self.scene.people.someone(from_age=GROWN_UP_SINCE)
        if len(self.crowd) < CROWD:
            self.crowd.append((person, start))
        else:
            self.crowd[place] = (person, start)
        return person

    def _unused_before(self, bed: Bed) -> datetime:
        first, yesterday = self.scene.calendar.first_use(bed), self.scene.clock.day(-1, 6)
        if bed.pk in self.scene.closed:
            return self.scene.clock.day(-30, 6)
        return min(first, yesterday) if first else yesterday


def write(scene: Scene, count: int) -> None:
    """Write ``count`` past stays, with a cleaning of each bed after the last of them."""
    past = Past(scene)
    cleaned = [(bed, past.taken_from[bed.pk] - timedelta(hours=1)) for bed in past.beds.values()]
    visits, batch = islice(_visits(past), count), 0
    while group := list(islice(visits, BATCH)):
        ledgers.write(group, prefix=f"H{batch:04d}", at=scene.now, audited=False)
        batch += 1
    Cleaning.objects.bulk_create(Cleaning(bed=bed, done_at=at, entered_at=at) for bed, at in cleaned if batch)


def _visits(past: Past) -> Iterator[Visit]:
    while True:
        bed = past.next_bed()
        yield _day(past, bed) if bed.room.unit.kind in DAY_KINDS else _ward(past, bed)


def _day(past: Past, bed: Bed) -> Visit:
    rng = past.scene.rng
    day = past.taken_from[bed.pk] - timedelta(days=1)
    day -= timedelta(days=max(day.weekday() - 4, 0))
    start = day.replace(hour=rng.randint(7, 10), minute=rng.randrange(60))
    end = start + timedelta(minutes=rng.randint(90, 330))
    past.take(bed, start)
    return _visit(past, bed, start, end, KINDS[bed.room.unit.kind])


def _ward(past: Past, bed: Bed) -> Visit:
    rng = past.scene.rng
    end = _by_day(rng, past.taken_from[bed.pk] - timedelta(hours=2))
    start = _by_day(rng, end - timedelta(days=0.5 + rng.expovariate(1 / 6)))
    past.take(bed, start)
    first, moved = _first_bed(past, bed), (start + (end - start) * 0.4).replace(second=0, microsecond=0)
    if first is None or past.taken_from[first.pk] < moved:
        return _visit(past, bed, start, end, StayKind.INPATIENT)
    past.take(first, start)
    visit = _visit(past, first, start, end, StayKind.INPATIENT)
    visit.step(MovementKind.TRANSFER, moved, bed)
    return visit


def _by_day(rng: Random, latest: datetime) -> datetime:
    """A moment of the working day, at ``latest`` or in the day before."""
    moment = latest.replace(hour=rng.randint(8, 16), minute=rng.randrange(60), second=0, microsecond=0)
    return moment if moment <= latest else moment - timedelta(days=1)


def _first_bed(past: Past, bed: Bed) -> Bed | None:
    """Now and then, the bed of the unit where the patient had been before."""
    if past.scene.rng.random() > 0.12:
        return None
    return past.scene.rng.choice([other for other in past.scene.hospital.beds[bed.room.unit.code] if other != bed])


def _visit(past: Past, bed: Bed, start: datetime, end: datetime, kind: StayKind) -> Visit:
    unit = bed.room.unit
    physician = past.scene.rng.choice(past.scene.staff.physicians[unit.code])
    visit = Visit(past.someone(start, end), unit, kind, physician, expected_at=start)
    return visit.step(MovementKind.ADMISSION, start, bed).step(MovementKind.DISCHARGE, end)
