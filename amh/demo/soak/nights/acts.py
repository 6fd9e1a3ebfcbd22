"""What the people of the night do: the verbs of the interface, hence the real actions, on beds as they are."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any

from django.utils import timezone

from amh.board.addresses import Mark
from amh.demo.soak.nights.boards import Bed
from amh.demo.soak.nights.visitors import AWAY, Answer, Visitor
from patients.models import Certainty
from wards.models import BedState, ClosureReason

REST = timedelta(seconds=4)
"""A bed is touched again once it was seen so long after the last time: screens need not be told of what lasts less."""
PAUSE, TRIES = 1.0, 90
IN_USE = "idempotency_key_in_use"
TAKEN = (BedState.OCCUPIED, BedState.LEAVING)
USUAL = {
    "admit": 6, "move": 8, "swap": 2, "discharge": 6, "clean": 10, "leave": 2, "come_back": 2, "reserve": 4,
    "release": 2, "close": 2, "reopen": 2, "expect": 5, "confirm": 2, "await": 4,
}  # fmt: skip
"""How often each is done beside the others."""


@dataclass(frozen=True)
class Order:
    """A verb at its address, what it says, the beds that it touches, and what is remembered of the answer."""

    path: str
    said: Mapping[str, object] = field(default_factory=dict)
    beds: tuple[int, ...] = ()
    then: Callable[[Any], object] = lambda _answer: None


class Staff:
    """Those who act. ``counts`` tells what was done, refused, sent again; ``faults`` what no outage explains."""

    def __init__(self, by: Visitor, chance: Random) -> None:
        self.by = by
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._chance = chance
        self._awaited: list[int] = []
        self._gone: list[int] = []
        self._kept: dict[int, int] = {}
        self._touched: dict[int, datetime] = {}

    def begin(self) -> None:
        """Learn who is expected."""
        rows = self.by.ask("/api/v1/stays/?state=expected&page_size=500").json()["results"]
        self._awaited = [row["id"] for row in rows if row["placement"] is None]

    def act(self, beds: Mapping[int, Bed], *, at: datetime) -> None:
        """Do one thing that can be done in these beds, as they were seen at a moment."""
        rested = [bed for bed in beds.values() if at - self._touched.get(bed.pk, at - REST) >= REST]
        self._chance.shuffle(rested)
        verb = self._chance.choices(list(USUAL), weights=list(USUAL.values()))[0]
        order = getattr(self, f"_{verb}")(rested, at)
        if order is not None:
            self.obey(verb, order)

    def obey(self, verb: str, order: Order) -> None:
        """Send a verb until it is answered, always under the same key, and count what came of it."""
        self._touched |= dict.fromkeys(order.beds, timezone.now())
        answer = self._answer(order)
        if answer is None:
            self.faults.append(f"{verb}: never answered")
        elif answer.status < 300:
            self.counts["done"] += 1
            self.counts[verb] += 1
            order.then(answer.json())
        elif answer.status < 500:
            self.counts["refused"] += 1
        else:
            self.faults.append(f"{verb}: answered {answer.status}")
        self._touched |= dict.fromkeys(order.beds, timezone.now())

    def _answer(self, order: Order) -> Answer | None:
        key = f"{self._chance.getrandbits(64):x}"
        for _ in range(TRIES):
            try:
                answer = self.by.tell(f"/api/v1/{order.path}/", order.said, key=key)
            except AWAY:
                answer = None
            if answer and not _says_again(answer):
                return answer
            self.counts["sent again"] += 1
            time.sleep(PAUSE)
        return None

    def _admit(self, beds: list[Bed], at: datetime) -> Order | None:
        free = _in(beds, BedState.FREE)
        if not (free and self._awaited):
            return None
        stay = self._awaited.pop(self._chance.randrange(len(self._awaited)))
        return Order(f"stays/{stay}/admit", {"bed": free[0].pk}, (free[0].pk,))

    def _move(self, beds: list[Bed], at: datetime) -> Order | None:
        free, taken = _in(beds, BedState.FREE), _in(beds, *TAKEN)
        if not (free and taken):
            return None
        return Order(f"stays/{taken[0].stay}/move", {"bed": free[0].pk}, (free[0].pk, taken[0].pk))

    def _swap(self, beds: list[Bed], at: datetime) -> Order | None:
        taken = _in(beds, *TAKEN)[:2]
        if len(taken) < 2:
            return None
        one, other = taken
        return Order(f"stays/{one.stay}/swap", {"other": other.stay}, (one.pk, other.pk))

    def _discharge(self, beds: list[Bed], at: datetime) -> Order | None:
        taken = _in(beds, *TAKEN)
        if not taken:
            return None
        bed = taken[0]
        return Order(
            f"stays/{bed.stay}/discharge", {}, (bed.pk,), lambda stay: self._gone.append(stay["patient"]["id"])
        )

    def _clean(self, beds: list[Bed], at: datetime) -> Order | None:
        return next((Order(f"beds/{bed.pk}/clean", {}, (bed.pk,)) for bed in _in(beds, BedState.CLEANING)), None)

    def _leave(self, beds: list[Bed], at: datetime) -> Order | None:
        taken = _in(beds, BedState.OCCUPIED)
        if not taken:
            return None
        return Order(f"stays/{taken[0].stay}/leave", {"until": _hours(at, 12)}, (taken[0].pk,))

    def _come_back(self, beds: list[Bed], at: datetime) -> Order | None:
        away = (bed for bed in beds if Mark.LEAVE in bed.marks.split())
        return next((Order(f"stays/{bed.stay}/come-back", {}, (bed.pk,)) for bed in away), None)

    def _reserve(self, beds: list[Bed], at: datetime) -> Order | None:
        free = _in(beds, BedState.FREE)
        if not (free and self._awaited):
            return None
        said = {"stay": self._chance.choice(self._awaited), "bed": free[0].pk, "expected_at": _hours(at, 2)}
        return Order("reservations", said, (free[0].pk,), lambda row: self._keep(row["bed"], row["id"]))

    def _keep(self, bed: int, reservation: int) -> None:
        self._kept[bed] = reservation

    def _release(self, beds: list[Bed], at: datetime) -> Order | None:
        kept = (bed.pk for bed in _in(beds, BedState.RESERVED) if bed.pk in self._kept)
        return next((Order(f"reservations/{self._kept[bed]}/release", {}, (bed,)) for bed in kept), None)

    def _close(self, beds: list[Bed], at: datetime) -> Order | None:
        free = _in(beds, BedState.FREE)
        if not free:
            return None
        return Order(f"beds/{free[0].pk}/close", {"reason": ClosureReason.WORKS}, (free[0].pk,))

    def _reopen(self, beds: list[Bed], at: datetime) -> Order | None:
        return next((Order(f"beds/{bed.pk}/reopen", {}, (bed.pk,)) for bed in _in(beds, BedState.CLOSED)), None)

    def _expect(self, beds: list[Bed], at: datetime) -> Order | None:
        taken = _in(beds, *TAKEN)
        if not taken:
            return None
        said = {
            "expected_at": _hours(at, self._chance.choice([1, 10, 30])),
            "certainty": self._chance.choice(Certainty.values),
        }
        return Order(f"stays/{taken[0].stay}/expect-discharge", said, (taken[0].pk,))

    def _confirm(self, beds: list[Bed], at: datetime) -> Order | None:
        return Order(f"units/{beds[0].unit}/confirm") if beds else None

    def _await(self, beds: list[Bed], at: datetime) -> Order | None:
        """Somebody who has left is to come back."""
        if not (self._gone and beds):
            return None
        said = {"patient": self._gone.pop(0), "unit": beds[0].unit, "expected_at": _hours(at, 1)}
        return Order("stays", said, (), lambda stay: self._awaited.append(stay["id"]))


def _in(beds: list[Bed], *states: BedState) -> list[Bed]:
    return [bed for bed in beds if bed.state in states]


def _hours(at: datetime, hours: int) -> str:
    return (at + timedelta(hours=hours)).isoformat()


def _says_again(answer: Answer) -> bool:
    """The database is away, or the same request is still under way."""
    if answer.status == HTTPStatus.CONFLICT:
        return bool(answer.json()["code"] == IN_USE)
    return answer.status == HTTPStatus.SERVICE_UNAVAILABLE
