"""What of a board may not be true any more: each thing that looks doubtful, found from its rows alone (WR-4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from amh.board import people
from amh.board.boards import Board
from amh.board.people import Standing
from patients.queries.occupancy import Occupancy
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit

GIVEN = frozenset({BedState.FREE, BedState.RESERVED})
"""States in which a bed is offered, or promised, to somebody."""


class Kind(StrEnum):
    """Why something is doubtful, those that two people may be hurt by first."""

    CLAIMED = "claimed"
    DEPARTED = "departed"
    SHUT_IN = "shut_in"
    WITHOUT_BED = "without_bed"
    NOT_BACK = "not_back"
    OVERDUE = "overdue"
    NOT_COME = "not_come"
    KEPT = "kept"
    CLEANING = "cleaning"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful thing: of a bed, or of somebody who lies in none; since when it is, if that is known."""

    kind: Kind
    about: Occupancy | Waiting
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from the others of its unit, on two readings of the board."""
        number = self.about.bed_id if isinstance(self.about, Occupancy) else self.about.stay_id
        return f"{self.kind}-{number}"


def doubts(board: Board, unit: Unit, *, cleaning_after: timedelta, lapsed: Mapping[int, datetime]) -> list[Doubt]:
    """What is doubtful in the unit, in the order of its kinds.

    A bed may be to clean for ``cleaning_after``; ``lapsed`` are the closures that ended by themselves, by bed.
    """
    found = [*_without_bed(board, unit), *_beds(board, unit, cleaning_after, lapsed)]
    return sorted(found, key=lambda doubt: list(Kind).index(doubt.kind))


def _without_bed(board: Board, unit: Unit) -> Iterator[Doubt]:
    for one in board.waiting_by_unit.get(unit.pk, []):
        place = people.place(one, unit)
        if place == Standing.TO_CONFIRM:
            yield Doubt(Kind.CLAIMED, one, one.since)
        elif place == Standing.WAITING:
            yield Doubt(Kind.WITHOUT_BED, one, one.since)
        elif people.is_late(one, at=board.at):
            yield Doubt(Kind.NOT_BACK, one, one.back_at)
        elif _has_not_come(one, board.at):
            yield Doubt(Kind.NOT_COME, one, one.expected_at)


def _has_not_come(one: Waiting, at: datetime) -> bool:
    return one.since is None and one.expected_at is not None and one.expected_at < at


def _beds(board: Board, unit: Unit, cleaning_after: timedelta, lapsed: Mapping[int, datetime]) -> Iterator[Doubt]:
    around = board.waiting_by_unit.get(unit.pk, [])
    said = {one.stay_id for one in around if one.to_confirm or _has_not_come(one, board.at)}
    for row in board.rows_by_unit.get(unit.pk, []):
        if row.claimed_by is not None and row.claimed_by not in said:
            yield Doubt(Kind.CLAIMED, row)
        if row.occupied_since is not None:
            yield from _lying(row, board.at)
        elif board.state(row) == BedState.CLEANING and _since(row.vacated_at, board.at) > cleaning_after:
            yield Doubt(Kind.CLEANING, row, row.vacated_at)
        elif row.stay_id not in said and _since(row.awaited_at, board.at) > timedelta():
            yield Doubt(Kind.KEPT, row, row.awaited_at)
        elif row.bed_id in lapsed and board.state(row) in GIVEN:
            yield Doubt(Kind.LAPSED, row, lapsed[row.bed_id])


def _lying(row: Occupancy, at: datetime) -> Iterator[Doubt]:
    """Nothing of somebody who died: no list of doubts tells of a death (WR-60)."""
    if row.deceased:
        return
    if row.departs_since is not None:
        yield Doubt(Kind.DEPARTED, row, row.departs_since)
    elif row.leaves_before(at):
        yield Doubt(Kind.OVERDUE, row, row.expected_discharge_at)
    if row.closure_kind is not None:
        yield Doubt(Kind.SHUT_IN, row)


def _since(moment: datetime | None, at: datetime) -> timedelta:
    return timedelta() if moment is None else at - moment
