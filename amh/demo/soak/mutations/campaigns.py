"""Messages, each mutated in every way: what becomes of them, and that nothing breaks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db import Error, transaction
from django.utils import translation

from amh.demo.soak import dumps
from amh.demo.soak.mutations.kinds import DAMAGING, KEEPING, TIMES
from amh.demo.soak.mutations.originals import Original
from amh.interop.actions import messages
from amh.interop.hl7.frames import split
from amh.interop.models import InboundMessage, MessageState

UNEXPECTED = "Erreur inattendue du programme"
ORDER = (MessageState.ACCEPTED, MessageState.IGNORED, MessageState.QUARANTINED)

Say = Callable[[str], object]


@dataclass
class Tally:
    """What became of the mutants of one kind."""

    states: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        all_of_them = self.states.total()
        shares = " ".join(f"{state}={100 * self.states[state] / max(1, all_of_them):.0f}%" for state in ORDER)
        return f"messages={all_of_them} {shares} faults={len(self.faults)}"


@dataclass(frozen=True)
class Outcome:
    """The states of the messages that a body held, and what stands after them in an empty hospital."""

    states: tuple[str, ...]
    reasons: tuple[str, ...]
    stands: Counter[str]


def soak(named: Iterable[tuple[str, bytes]], *, seed: int, at: datetime, say: Say) -> list[str]:
    """Try every mutation of every message, ``say`` what became of them, and return in words what must not be."""
    tallies = {kind: Tally() for kind in ("as they are", *DAMAGING, *KEEPING)}
    for name, raw in named:
        _try(name, raw, tallies, chance=Random(f"{seed} {name}"), at=at)
    for kind, tally in tallies.items():
        say(f"{kind}: {tally}")
    faults = [f"{kind}: {fault}" for kind, tally in tallies.items() for fault in tally.faults]
    mutants = sum((tally.states for kind, tally in tallies.items() if kind != "as they are"), Counter[str]())
    say(f"mutations seed={seed} {Tally(mutants, faults)}")
    return faults


def _try(name: str, raw: bytes, tallies: dict[str, Tally], *, chance: Random, at: datetime) -> None:
    expected = _note(tallies["as they are"], name, raw, at=at)
    one = Original.read(raw)
    if one is None or expected is None:
        return
    for kind, mutate in DAMAGING.items():
        for mutant in {mutate(one, chance) for _ in range(TIMES)} - {None}:
            _note(tallies[kind], name, mutant or b"", at=at, looked_at=False)
    for kind, mutate in KEEPING.items():
        mutant = mutate(one, chance)
        found = _note(tallies[kind], name, mutant, at=at) if mutant is not None else None
        if found and found != expected:
            tallies[kind].faults.append(f"{name}: says something else")


def _note(tally: Tally, name: str, raw: bytes, *, at: datetime, looked_at: bool = True) -> Outcome | None:
    """What becomes of a body, noted; ``None`` when the program breaks on it. What stands is worth a look to some."""
    try:
        with _forgotten():
            outcome = _outcome(raw, at=at, looked_at=looked_at)
    except (Error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        tally.faults.append(f"{name}: {error!r} {raw!r}")
        return None
    tally.states.update(outcome.states)
    tally.faults += [f"{name}: {reason} {raw!r}" for reason in outcome.reasons if reason.startswith(UNEXPECTED)]
    return outcome


def _outcome(raw: bytes, *, at: datetime, looked_at: bool) -> Outcome:
    with translation.override("fr"):
        for piece in split(raw):
            messages.apply_all(messages.receive(piece, at=at).row, at=at)
    rows = InboundMessage.objects.order_by("pk").values_list("state", "reason")
    stands = dumps.dump() if looked_at else Counter[str]()
    return Outcome(tuple(state for state, _reason in rows), tuple(reason for _state, reason in rows), stands)


@contextmanager
def _forgotten() -> Iterator[None]:
    """Undo at the end whatever was done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
