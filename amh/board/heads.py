"""The head of a unit: its counts, and the lists of those who lie in none of its beds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString

from amh.board import people
from amh.board.audiences import Audience
from amh.board.people import Listing
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit

TAKEN = (BedState.OCCUPIED, BedState.LEAVING)
SHUT = (BedState.CLOSED, BedState.BLOCKED)
KEPT = 4_000
"""Heads kept rendered in a process."""


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A unit with its counts by state; ``beds_total`` counts the open beds.

    A ``wall`` counts people, no more, and has the code of the unit for its name, which may tell an illness (WR-60).
    """

    pk: int
    code: str
    name: str
    to_be_referenced: bool
    counts: tuple[tuple[str, int], ...]
    listings: tuple[Listing, ...]
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
    def beds_total(self) -> int:
        """Open beds."""
        return sum(number for _state, number in self.counts) - self.count(*SHUT)

    @property
    def occupied(self) -> int:
        """Beds in which somebody lies."""
        return self.count(*TAKEN)

    @property
    def free(self) -> int:
        """Beds that can be given now."""
        return self.count(BedState.FREE)


def head(
    unit: Unit,
    states: Iterable[BedState],
    without: Sequence[Waiting],
    audience: Audience,
    *,
    at: datetime,
    planned: bool = False,
) -> UnitHead:
    """The head of ``unit`` from the states of its beds and those ``without`` one, named as the audience may see."""
    counts = Counter(states)
    return UnitHead(
        pk=unit.pk,
        code=unit.code,
        name=unit.code if audience.wall else unit.name,
        to_be_referenced=unit.to_be_referenced,
        counts=tuple((state.value, counts[state]) for state in BedState),
        listings=people.listings(unit, without, audience, at=at, planned=planned),
        wall=audience.wall,
    )


@lru_cache(maxsize=KEPT)
def html(unit: UnitHead, *, language: str) -> SafeString:
    """The head as HTML, in ``language``. Kept by its whole content, like a card."""
    with translation.override(language):
        return _template().render({"unit": unit})


@lru_cache(maxsize=1)
def _template():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return get_template("board/beds/unit.html")
