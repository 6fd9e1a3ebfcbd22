"""The board from one moment to another: what to show anew, in the very bytes that the page and its stream have."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from amh.board import boards, heads
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.topics import BoardTopic, Collected
from amh.core.live import feed
from amh.core.live.feed import Mark
from patients import events
from patients.queries import moments
from patients.queries.occupancy import end_of_day

A_MINUTE = timedelta(minutes=1)
LONGEST = timedelta(hours=25)
"""A day, be it the one in autumn that has an hour more."""
MOST = 60
"""Moments at which one film looks at the board."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is shown anew ``at`` a moment; when beds came or went the page is to be loaded again (``restructured``)."""

    at: datetime
    parts: tuple[str, ...] = ()
    restructured: bool = False


@dataclass(frozen=True, slots=True)
class Lens:
    """Who looks, at which unit (all when it is empty), and what time it is: nobody is late yet for what is to come."""

    audience: Audience
    now: datetime
    unit: str = ""

    def read(self, at: datetime) -> Board:
        """The whole board at a moment, also for who looks at one unit: the others have their counters on the page."""
        return boards.read(at, planned=at > self.now)

    def parts(self, board: Board, bed_ids: Collection[int] | None = None) -> list[str]:
        """The cards of the unit, or those of ``bed_ids`` alone, and every head."""
        units = {unit.pk for unit in board.units if self.unit in ("", unit.code)}
        shown = {row.bed_id for row in board.rows if row.unit_id in units}
        asked = shown if bed_ids is None else shown.intersection(bed_ids)
        collected = Collected(board, frozenset(asked), restructured=False)
        return [event.data for event in BoardTopic().compose(collected, self.audience)]

    def named(self, board: Board, parts: Collection[str]) -> set[int]:
        """The stays whose patients are named in these parts."""
        rows = [row for row in board.rows if row.stay_id is not None and board.named(row, self.audience)]
        found = {row.stay_id for row in rows if row.stay_id and board.card(row, self.audience) in parts}
        shown = [board.head(unit, self.audience) for unit in board.units]
        told = [head for head in shown if heads.html(head, language=self.audience.language) in parts]
        people = [one for head in told for listing in head.listings for one in listing.people]
        return found | {one.stay_id for one in people if not one.masked}


@dataclass(frozen=True, slots=True)
class Film:
    """Frames in order, the last one at the moment that was reached; ``named`` counts the people whom they name.

    ``position`` is how far in the change feed they were made.
    """

    frames: tuple[Frame, ...]
    named: int
    position: int


def jump(start: datetime, end: datetime, lens: Lens, *, position: int | None = None) -> Film:
    """What differs between the board at ``start`` and at ``end``, be that before, and what was touched since
    ``position``: the frame at ``end`` alone.
    """
    return _shoot(start, [end], lens, position)


def play(start: datetime, end: datetime, lens: Lens, *, position: int | None = None) -> Film:
    """A frame for each minute after ``start`` at which something changes, and one at ``end``; the first ``MOST``."""
    minutes = {at for at in [*moments.between(start, end), *_hours(start, end, lens.now)] if start < at < end}
    return _shoot(start, [*sorted(minutes), end][:MOST], lens, position)


def _hours(start: datetime, end: datetime, now: datetime) -> Iterator[datetime]:
    """What the hour itself changes: a day begins, what was to come may be late."""
    yield now.replace(second=0, microsecond=0) + A_MINUTE
    at = end_of_day(start)
    while at < end:
        yield at
        at = end_of_day(at)


def _shoot(start: datetime, minutes: Iterable[datetime], lens: Lens, position: int | None) -> Film:
    batch = feed.Batch(feed.here()) if position is None else feed.since(Mark.at(position))
    touched = batch.refs.get(events.BOARD, set())
    frames, named = list[Frame](), set[int]()
    board = lens.read(start)
    structure, shown = _structure(board), lens.parts(board)
    for at in minutes:
        board = lens.read(at)
        if _structure(board) != structure or events.STRUCTURE in touched or not batch.complete:
            frames.append(Frame(at, restructured=True))
            break
        before, shown = set(shown), lens.parts(board)
        # What was touched since the page was made may be there otherwise than it was read just now.
        again = lens.parts(board, touched) if touched else []
        parts = tuple(dict.fromkeys([*(part for part in shown if part not in before), *again]))
        frames.append(Frame(at, parts))
        named |= lens.named(board, set(parts))
        touched = set()
    return Film(tuple(_telling(frames)), len(named), batch.mark.low)


def _structure(board: Board) -> tuple[list[int], list[int]]:
    return [unit.pk for unit in board.units], [row.bed_id for row in board.rows]


def _telling(frames: Sequence[Frame]) -> Iterator[Frame]:
    """The frames that show something, and the last one, which says how far the film goes."""
    for frame in frames:
        if frame.parts or frame is frames[-1]:
            yield frame
