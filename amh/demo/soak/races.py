"""The races of the ward: each round sets the stage, lets two acts run at once, and says what must be true after."""

import inspect
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db import DatabaseError

from amh.demo.soak import act_races, bed_races, placements
from amh.demo.soak.duels import Refused, duel
from amh.demo.soak.rounds import A_MINUTE, Race, sqlstate
from amh.demo.soak.wards import Ward

RACES: tuple[Race, ...] = (
    bed_races.two_patients_one_bed,
    bed_races.one_patient_two_beds,
    bed_races.move_against_discharge,
    act_races.swap_against_swap,
    act_races.swap_against_move,
    act_races.leave_against_discharge,
    act_races.death_against_move,
    act_races.close_against_place,
    act_races.close_against_reserve,
    act_races.reserve_against_reserve,
    act_races.reconcile_against_discharge,
    act_races.depart_against_undo,
    act_races.told_against_place,
    bed_races.bare_two_patients_one_bed,
    bed_races.bare_one_patient_two_beds,
    bed_races.bare_move_against_discharge,
    act_races.bare_swap_against_swap,
    act_races.bare_two_reservations_one_bed,
    act_races.bare_two_closures_one_bed,
)


@dataclass
class Tally:
    """What came out of many rounds of one race."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        outcomes = " ".join(f"{name}={number}" for name, number in sorted(self.outcomes.items()))
        return f"{self.name}: {outcomes} faults={self.faults.total()}"


def run(race: Race, *, rounds: int, seed: int, at: datetime) -> Tally:
    """Run ``rounds`` rounds of a race in a ward that opened a minute before ``at``."""
    tally, chance = Tally(race.__name__), Random(seed)
    ward = Ward(at - A_MINUTE)
    for _ in range(rounds):
        one = race(ward)
        refusals = duel(one.acts, chance=chance)
        tally.outcomes.update(_said(refused) for refused in refusals)
        tally.outcomes["rounds"] += 1
        tally.faults.update(one.faults(refusals))
        tally.faults["double placements"] += placements.doubles()
    return tally


def _said(refused: Refused) -> str:
    if isinstance(refused, DatabaseError):
        return f"refused:{sqlstate(refused)}"
    return "done" if refused is None else f"refused:{refused.code}"


PAGE = """# Races

Pairs of acts that two people, or two systems, do at the same instant, and what is true after. `manage.py soak` runs
each many times, the tests a few; those that begin with `bare` are written past every rule and lock, by bare SQL: only
the constraints of the database stand in the way. `manage.py soak --page` writes this page.

| Race | What is true |
|---|---|
"""


def page() -> str:
    """``docs/races.md``: every race with its first sentence."""
    return PAGE + "".join(f"| `{race.__name__}` | {inspect.getdoc(race)} |\n" for race in RACES)
