"""What a race is made of: its acts, and the questions asked when all of them are over."""

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError

from amh.core.errors import Conflict
from amh.core.transactions import DEADLOCK
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.wards import Ward

EXCLUSION, UNIQUE = "23P01", "23505"
Faults = Callable[[Sequence[Refused]], list[str]]
"""Says in words what was not as it must be, once all acts are over."""


@dataclass
class Round:
    """Acts that are to meet, and what must be true of their refusals and of the rows after them."""

    acts: Sequence[Act]
    faults: Faults


Stage = Callable[[Ward], Round]
"""Sets the stage of one round."""
Verb = Callable[..., object]


@dataclass(frozen=True)
class Race:
    """Acts that may meet: ``truth`` is so after any round, ``decided_by`` names the lock or constraint that sees to it.

    A ``bare`` race writes rows past every rule and lock.
    """

    name: str
    verbs: tuple[Verb, ...]
    truth: str
    decided_by: str
    stage: Stage
    bare: bool = False


def race(*verbs: Verb, decided_by: str) -> Callable[[Stage], Race]:
    """Make a race of the acts ``verbs`` out of what sets its stage; the docstring of that is its truth."""

    def made(stage: Stage) -> Race:
        return Race(stage.__name__, verbs, str(inspect.getdoc(stage)), decided_by, stage)

    return made


def bare(*, decided_by: str) -> Callable[[Stage], Race]:
    """Make a race of bare statements."""

    def made(stage: Stage) -> Race:
        return Race(f"bare_{stage.__name__}", (), str(inspect.getdoc(stage)), decided_by, stage, bare=True)

    return made


def ends(*, done: int | Collection[int] = 1, codes: Collection[str] = (), left: Callable[[], bool]) -> Faults:
    """Faults unless ``done`` acts were, the others were refused by a conflict of these codes, and ``left`` is so."""
    return partial(_ends, numbers={done} if isinstance(done, int) else done, codes=codes, left=left)


def _ends(
    refusals: Sequence[Refused],
    *,
    numbers: Collection[int],
    codes: Collection[str],
    left: Callable[[], bool],
) -> list[str]:
    winners = refusals.count(None)
    found = [] if winners in numbers else [f"{winners} winners"]
    found += [fault for refused in refusals if refused is not None for fault in conflict(refused, codes=codes)]
    return found + unless(left(), "the rows are not as they must be")


def unless(so: bool, fault: str) -> list[str]:
    """``fault``, unless it is as it must be."""
    return [] if so else [fault]


def one_winner(refusals: Sequence[Refused], *, saying: Sequence[str] = ()) -> list[str]:
    """Faults unless one act alone was done, and the other refused by a conflict that says these words."""
    lost = [refused for refused in refusals if refused is not None]
    if len(lost) != len(refusals) - 1:
        return [f"{len(refusals) - len(lost)} winners"]
    return [fault for refused in lost for fault in conflict(refused, saying=saying)]


def conflicts(refusals: Sequence[Refused]) -> list[str]:
    """Faults unless whatever was refused was so by a conflict."""
    return [fault for refused in refusals if refused is not None for fault in conflict(refused)]


def conflict(refused: Refused, *, saying: Sequence[str] = (), codes: Collection[str] = ()) -> list[str]:
    """Faults unless this is a conflict that says these words and, when there are any, bears one of these codes."""
    if not isinstance(refused, Conflict):
        return [f"refused by {type(refused).__name__}, not by a conflict"]
    found = [f"the refusal does not say {word}" for word in saying if word not in refused.sentence]
    return found + unless(not codes or refused.code in codes, f"refused as {refused.code}")


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
