"""Many rounds of a race, and what came out of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db import DatabaseError, transaction

from amh.demo.soak import placements
from amh.demo.soak.duels import Refused, arena
from amh.demo.soak.rounds import Race, sqlstate
from amh.demo.soak.wards import A_MINUTE, Ward


@dataclass
class Tally:
    """What came out of many rounds of one race."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        outcomes = " ".join(f"{name}={number}" for name, number in sorted(self.outcomes.items()))
        return f"{self.name}: {outcomes} violations={self.faults.total()}"


def soak(chosen: Iterable[Race], *, rounds: int, seed: int, at: datetime, say: Callable[[str], object]) -> list[str]:
    """Run these races, ``say`` what came out of each and of all, and return the violations in words."""
    tallies = []
    for race in chosen:
        tallies.append(run(race, rounds=rounds, seed=seed, at=at))
        say(str(tallies[-1]))
    violations = sum(tally.faults.total() for tally in tallies)
    say(f"soak rounds={rounds} races={len(tallies)} seed={seed} violations={violations}")
    return [f"{tally.name}: {fault} ({n})" for tally in tallies for fault, n in (+tally.faults).items()]


def run(race: Race, *, rounds: int, seed: int, at: datetime) -> Tally:
    """Run ``rounds`` rounds of a race, each in a ward of its own that opened a minute before ``at``."""
    tally, chance = Tally(race.name), Random(seed)
    with arena() as duel:
        for _ in range(rounds):
            with transaction.atomic():
                one = race.stage(Ward(at - A_MINUTE))
            refusals = duel(one.acts, chance)
            tally.outcomes.update(_said(refused) for refused in refusals)
            tally.outcomes["rounds"] += 1
            tally.faults.update(one.faults(refusals))
    tally.faults["double placements"] += placements.doubles()
    return tally


def _said(refused: Refused) -> str:
    if isinstance(refused, DatabaseError):
        return f"refused:{sqlstate(refused)}"
    return "done" if refused is None else f"refused:{refused.code}"
