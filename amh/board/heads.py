"""The head of a unit: its numbers, the lists of those who are not in a bed of it; rendered once for each content."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString

from amh.board import numbers, people
from amh.board.audiences import Audience
from amh.board.numbers import Numbers, Seen, signed
from amh.board.people import Listing
from amh.core import dates
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit

KEPT = 1_000
"""Heads kept rendered in a process: those of now for every audience, and some minutes of a busy day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the unit is asked: where its patients go when it closes (WR-5). ``loud`` when that is overdue."""

    label: str
    url: str
    loud: bool


@dataclass(frozen=True, slots=True)
class Morning:
    """Whether a unit is to confirm its board this morning and has, when it last did, whether it is late (WR-4)."""

    due: bool
    done: bool
    late: bool
    last: str


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A unit with its counts by state and its ``numbers``, what it is ``asked`` and how its ``morning`` stands.

    ``cleaning_since`` is an ISO moment, and empty when nothing is to clean. A ``wall`` counts people, no more, and has
    the code of the unit for its name, which may tell an illness (WR-60).
    """

    pk: int
    code: str
    name: str
    to_be_referenced: bool
    counts: tuple[tuple[str, int], ...]
    listings: tuple[Listing, ...]
    numbers: Numbers
    has_nights: bool
    morning: Morning
    asked: Asked | None = None
    cleaning_since: str = ""
    wall: bool = False

    def count(self, *states: BedState) -> int:
        """How many beds are in one of these states."""
        return sum(number for state, number in self.counts if state in states)

    def number(self, key: str) -> int:
        """How many people stand on a list."""
        return sum(len(listing.people) for listing in self.listings if listing.key == key)

    @property
    def waiting(self) -> int:
        """People who are owed a bed."""
        return self.number(people.Standing.WAITING)

    @property
    def to_confirm(self) -> int:
        """People whose bed is to be confirmed."""
        return self.number(people.Standing.TO_CONFIRM)

    @property
    def free(self) -> int:
        """Beds that can be given now."""
        return self.count(BedState.FREE)

    @property
    def tonight(self) -> str:
        """Tonight's balance with its sign."""
        return signed(self.numbers.tonight)

    @property
    def sign(self) -> str:
        """How tonight's balance looks: « short » when beds are missing."""
        return "short" if self.numbers.tonight < 0 else "enough"

    @property
    def figures(self) -> tuple[tuple[str, int], ...]:
        """Every number of the head by its name, for the page to add up over the units."""
        people_ = (("waiting", self.waiting), ("to_confirm", self.to_confirm))
        said = (("due", int(self.morning.due)), ("confirmed", int(self.morning.due and self.morning.done)))
        return (*self.counts, *self.numbers.items(), *people_, *said)


def head(
    unit: Unit,
    beds: Sequence[Seen],
    without: Sequence[Waiting],
    audience: Audience,
    *,
    hosted: int,
    is_shut_tonight: bool,
    morning: Morning,
    asked: Asked | None,
    at: datetime,
    planned: bool = False,
) -> UnitHead:
    """The head of ``unit`` from its ``beds`` and those ``without`` one, named as the audience may see.

    ``hosted`` patients of it lie in others; nobody sleeps in one that ``is_shut_tonight``. A wall is asked nothing.
    """
    counts = Counter(bed.state for bed in beds)
    oldest = numbers.cleaning_since(beds)
    return UnitHead(
        pk=unit.pk,
        code=unit.code,
        name=unit.code if audience.wall else unit.name,
        to_be_referenced=unit.to_be_referenced,
        counts=tuple((state.value, counts[state]) for state in BedState),
        listings=people.listings(unit, without, audience, at=at, planned=planned),
        numbers=numbers.of_unit(unit, beds, without, hosted=hosted, is_shut_tonight=is_shut_tonight, at=at),
        has_nights=bool(numbers.for_the_night(unit, beds)),
        morning=morning,
        asked=None if audience.wall else asked,
        cleaning_since=dates.local(oldest).isoformat() if oldest else "",
        wall=audience.wall,
    )


@lru_cache(maxsize=KEPT)
def html(unit: UnitHead, *, language: str) -> SafeString:
    """The head as HTML, in ``language``. Kept by its whole content, like a card."""
    with translation.override(language):
        return _template("board/walls/unit.html" if unit.wall else "board/beds/unit.html").render({"unit": unit})


@lru_cache(maxsize=2)
def _template(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return get_template(name)
