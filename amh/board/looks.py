"""How a card looks to whom, what the hour changes of it, and the words that all cards share."""

from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from amh.core import dates
from patients.models import Certainty, FlagKind, Sex, StayKind
from wards.models import BedState

NAMED = (BedState, Sex, Certainty, StayKind, FlagKind)
"""The choices whose words stand on cards."""


class Look(StrEnum):
    """A card for those who may know who lies there, for those who may not, and for a wall, where nothing opens."""

    FULL = "full"
    MASKED = "masked"
    WALL = "wall"


class Moment(NamedTuple):
    """What of the hour changes a card: its state, the day, whether the exit is overdue, or the return from leave."""

    state: BedState
    today: date
    overdue: bool
    late: bool = False


@lru_cache(maxsize=4)
def _labels(language: str) -> dict[str, str]:
    """The word of every choice in a language, looked up once and not for each card."""
    return {choice.value: str(choice.label) for kind in NAMED for choice in kind}


def label(value: str) -> str:
    """The word of a choice in the current language."""
    return _labels(get_language() or "")[value]


def hour(at: datetime, today: date) -> str:
    """The hour, with its day unless it is ``today``."""
    return dates.clock(at) if dates.local(at).date() == today else f"{dates.day(at)} {dates.clock(at)}"
