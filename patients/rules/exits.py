"""Whose way out is settled before a unit closes, and whose exit on days off is not sure (WR-5)."""

from datetime import datetime
from enum import StrEnum

from patients.models import Certainty, StayKind, StayState
from patients.queries.exits import Exit
from wards.weeks import Closing

OF_A_DAY = frozenset({StayKind.DAY_HOSPITAL, StayKind.DAY_SURGERY, StayKind.SESSION, StayKind.OUTPATIENT})
"""Stays that end on the day on which they begin."""


class Settled(StrEnum):
    """Where somebody goes when the unit closes."""

    LEAVING = "leaving"
    MOVES = "moves"
    AWAY = "away"
    EXITS = "exits"
    OF_A_DAY = "of_a_day"


def settled(known: Exit, closing: Closing, *, unit_id: int, at: datetime) -> Settled | None:
    """Where the patient goes at the closing of the unit; ``None`` as long as nobody knows for certain.

    An exit that should be over at ``at`` is not certain any more.
    """
    if known.state in (StayState.LOUNGE, StayState.DISCHARGED):
        return Settled.LEAVING
    if known.kept_unit_id not in (None, unit_id):
        return Settled.MOVES
    if is_away(known, closing.opens_at):
        return Settled.AWAY
    if known.certainty == Certainty.CERTAIN and known.expected_at and at <= known.expected_at <= closing.closes_at:
        return Settled.EXITS
    return Settled.OF_A_DAY if known.kind in OF_A_DAY else None


def is_away(known: Exit, opens_at: datetime | None) -> bool:
    """Tell whether the patient is on leave until the unit opens again."""
    back_at = known.back_at if known.state == StayState.ON_LEAVE else None
    return back_at is not None and opens_at is not None and back_at >= opens_at


def is_unsure(expected_at: datetime | None, certainty: str | None, off: Closing) -> bool:
    """Tell whether an exit is expected during the days off ``off`` and is not certain: to settle on their eve."""
    if expected_at is None or expected_at < off.closes_at or certainty == Certainty.CERTAIN:
        return False
    return off.opens_at is None or expected_at < off.opens_at
