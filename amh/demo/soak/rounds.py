"""What a race is made of: its two acts, and the questions asked when both are over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError

from amh.core.errors import Conflict
from amh.core.transactions import DEADLOCK
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.wards import Ward
from patients.actions import stays
from patients.models import Stay
from wards.models import Bed

A_MINUTE = timedelta(minutes=1)
EXCLUSION = "23P01"


@dataclass
class Round:
    """Two acts, and what their refusals must be: ``faults`` says in words what was not as it must be."""

    acts: Sequence[Act]
    faults: Callable[[Sequence[Refused]], list[str]]


Race = Callable[[Ward], Round]
"""Sets the stage of one round."""


def place(ward: Ward, stay: Stay, bed: Bed, at: datetime) -> Act:
    """The act of giving a bed."""
    return lambda: stays.place(stay=stay, bed=bed, by=ward.manager, at=at)


def one_winner(refusals: Sequence[Refused], *, saying: Sequence[str] = ()) -> list[str]:
    """Faults unless one act alone was done, and the other refused by a conflict that says these words."""
    lost = [refused for refused in refusals if refused is not None]
    if len(lost) != len(refusals) - 1:
        return [f"{len(refusals) - len(lost)} winners"]
    return [fault for refused in lost for fault in conflict(refused, saying=saying)]


def conflicts(refusals: Sequence[Refused]) -> list[str]:
    """Faults unless whatever was refused was so by a conflict."""
    return [fault for refused in refusals if refused is not None for fault in conflict(refused)]


def conflict(refused: Refused, *, saying: Sequence[str] = ()) -> list[str]:
    """Faults unless this is a conflict that says these words."""
    if not isinstance(refused, Conflict):
        return [f"refused by {type(refused).__name__}, not by a conflict"]
    return [f"the refusal does not say {word}" for word in saying if word not in refused.sentence]


def one_exclusion(refusals: Sequence[Refused]) -> list[str]:
    """Faults unless one act alone was done, and the other refused at an exclusion constraint."""
    lost = [refused for refused in refusals if refused is not None]
    if len(lost) != 1:
        return [f"{len(refusals) - len(lost)} winners"]
    return exclusion(lost[0])


def exclusion(refused: Refused) -> list[str]:
    """Faults unless an exclusion constraint refused this, or two rows that waited for each other at it."""
    if isinstance(refused, DatabaseError) and sqlstate(refused) in {EXCLUSION, DEADLOCK}:
        return []
    return ["refused by something else than an exclusion constraint"]


def sqlstate(error: DatabaseError) -> str:
    """The code that PostgreSQL gives to an error."""
    return getattr(error.__cause__, "pgcode", None) or "unknown"
