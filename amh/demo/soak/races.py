"""The races of the ward: each round sets the stage, lets two acts run at once, and says what must be true after."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import DatabaseError

from amh.core.dates import clock
from amh.core.errors import Conflict
from amh.demo.soak import placements
from amh.demo.soak.duels import Act, Refused, duel
from amh.demo.soak.wards import Ward
from patients.actions import stays
from patients.models import Stay, StayState
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
        return f"refused:{_sqlstate(refused)}"
    return "done" if refused is None else f"refused:{refused.code}"


def _sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "pgcode", None) or "unknown"


def two_patients_one_bed(ward: Ward) -> Round:
    """Two people give one bed to two patients: one of them is told who has it, and since when."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return _one_winner(refusals, saying=(winner.patient.display_name, clock(at)))

    return Round([_place(ward, stay, bed, at) for stay in (one, other)], faults)


def one_patient_two_beds(ward: Ward) -> Round:
    """Two people give two beds to one patient, who is known by two stays."""
    patient = ward.patient()
    one, other = ward.expected(patient), ward.expected(patient)
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return _one_winner(refusals, saying=(ward.unit.name, clock(at)))

    return Round([_place(ward, stay, ward.bed(), at) for stay in (one, other)], faults)


def move_against_discharge(ward: Ward) -> Round:
    """One person moves a patient while another records the departure: the patient has left, whoever came first."""
    stay, bed = ward.present(ward.bed()), ward.bed()
    at = ward.at + A_MINUTE

    def leave() -> object:
        return stays.discharge(stay=stay, by=ward.manager, at=at)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[1] is None else ["the departure was refused"]
        if refusals[0] is not None:
            found += _conflict(refusals[0], saying=(clock(at),))
        stay.refresh_from_db()
        if stay.state != StayState.DISCHARGED or stay.placements.filter(ends_at=None).exists():
            found.append("the patient has not left")
        return found

    return Round([_place(ward, stay, bed, at), leave], faults)


def _place(ward: Ward, stay: Stay, bed: Bed, at: datetime) -> Act:
    return lambda: stays.place(stay=stay, bed=bed, by=ward.manager, at=at)


def _one_winner(refusals: Sequence[Refused], *, saying: Sequence[str]) -> list[str]:
    lost = [refused for refused in refusals if refused is not None]
    if len(lost) != len(refusals) - 1:
        return [f"{len(refusals) - len(lost)} winners"]
    return [fault for refused in lost for fault in _conflict(refused, saying=saying)]


def _conflict(refused: Refused, *, saying: Sequence[str]) -> list[str]:
    if not isinstance(refused, Conflict):
        return [f"refused by {type(refused).__name__}, not by a conflict"]
    return [f"the refusal does not say {word}" for word in saying if word not in refused.sentence]


def bare_two_patients_one_bed(ward: Ward) -> Round:
    """Two bare insertions of two patients into one bed."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    return Round([_insert(stay, bed, ward.at) for stay in (one, other)], _one_exclusion)


def bare_one_patient_two_beds(ward: Ward) -> Round:
    """Two bare insertions of one patient into two beds."""
    patient = ward.patient()
    one, other = ward.expected(patient), ward.expected(patient)
    return Round([_insert(stay, ward.bed(), ward.at) for stay in (one, other)], _one_exclusion)


def bare_move_against_discharge(ward: Ward) -> Round:
    """A bare insertion into a second bed while a bare update ends the first place: refused when it comes first."""
    stay, bed = ward.present(ward.bed()), ward.bed()
    place = stay.placements.get()
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[1] is None else ["the departure was refused"]
        return found + ([] if refusals[0] is None else _exclusion(refusals[0]))

    return Round([_insert(stay, bed, at), lambda: placements.end(place, at=at)], faults)


def _insert(stay: Stay, bed: Bed, at: datetime) -> Act:
    return lambda: placements.insert(stay, stay.patient, bed, at=at)


def _one_exclusion(refusals: Sequence[Refused]) -> list[str]:
    lost = [refused for refused in refusals if refused is not None]
    if len(lost) != 1:
        return [f"{len(refusals) - len(lost)} winners"]
    return _exclusion(lost[0])


def _exclusion(refused: Refused) -> list[str]:
    if isinstance(refused, DatabaseError) and _sqlstate(refused) == EXCLUSION:
        return []
    return ["refused by something else than the exclusion constraint"]


RACES: tuple[Race, ...] = (
    two_patients_one_bed,
    one_patient_two_beds,
    move_against_discharge,
    bare_two_patients_one_bed,
    bare_one_patient_two_beds,
    bare_move_against_discharge,
)
