"""The top of the board (WR-11): who waits for a bed and since when, tonight's balance, today's exits, what to watch.

Every number is the sum of those of the heads on the page, so that the page can add them up again when one changes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from amh.board.heads import UnitHead
from amh.board.numbers import signed
from amh.board.people import Person, Standing
from amh.core import dates


@dataclass(frozen=True, slots=True)
class Since:
    """A moment from which something lasts: ISO for the page to count from, and how long it is at the moment shown."""

    moment: str
    length: str


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for a bed, in which unit."""

    person: Person
    unit_name: str
    since: Since


@dataclass(frozen=True, slots=True)
class Band:
    """What the template shows; ``counted`` are the numbers of the heads by name, summed.

    What ``is_planned`` is neither late nor to be confirmed.
    """

    counted: tuple[tuple[str, int], ...]
    waiting: tuple[Waiter, ...]
    cleaning: Since | None
    is_planned: bool = False

    @property
    def figures(self) -> dict[str, int]:
        """The numbers by name."""
        return dict(self.counted)

    @property
    def tonight(self) -> str:
        """Tonight's balance with its sign, as it is read aloud."""
        return signed(self.figures.get("tonight", 0))


def band(heads: Sequence[UnitHead], *, at: datetime, planned: bool = False) -> Band:
    """The band over these heads at the moment ``at`` that the board shows, ``planned`` when it is to come."""
    figures: Counter[str] = Counter()
    for head in heads:
        for name, number in head.figures:
            figures[name] += number
    oldest = min((head.cleaning_since for head in heads if head.cleaning_since), default="")
    cleaning = _since(oldest, at=at) if oldest else None
    return Band(tuple(figures.items()), tuple(_waiting(heads, at=at)), cleaning, planned)


def _waiting(heads: Iterable[UnitHead], *, at: datetime) -> list[Waiter]:
    """The longest wait first, whatever the unit."""
    found = [
        Waiter(person, head.name, _since(person.since, at=at))
        for head in heads
        for listing in head.listings
        if listing.key == Standing.WAITING
        for person in listing.people
    ]
    return sorted(found, key=lambda one: one.since.moment)


def _since(moment: str, *, at: datetime) -> Since:
    return Since(moment, dates.duration(at - datetime.fromisoformat(moment)))
