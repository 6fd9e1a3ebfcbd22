"""Two people, or two systems, want one bed, or give one patient two."""

from collections.abc import Sequence
from datetime import datetime

from amh.core.dates import clock
from amh.demo.soak import placements
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import A_MINUTE, Round, conflict, exclusion, one_exclusion, one_winner, place
from amh.demo.soak.wards import Ward
from patients.actions import stays
from patients.models import Stay, StayState
from wards.models import Bed


def two_patients_one_bed(ward: Ward) -> Round:
    """Two people give one bed to two patients: one of them is told who has it, and since when."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return one_winner(refusals, saying=(winner.patient.display_name, clock(at)))

    return Round([place(ward, stay, bed, at) for stay in (one, other)], faults)


def one_patient_two_beds(ward: Ward) -> Round:
    """Two people give two beds to one patient, who is known by two stays."""
    patient = ward.patient()
    one, other = ward.expected(patient), ward.expected(patient)
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return one_winner(refusals, saying=(ward.unit.name, clock(at)))

    return Round([place(ward, stay, ward.bed(), at) for stay in (one, other)], faults)


def move_against_discharge(ward: Ward) -> Round:
    """One person moves a patient while another records the departure: the patient has left, whoever came first."""
    stay, bed = ward.present(ward.bed()), ward.bed()
    at = ward.at + A_MINUTE

    def leave() -> object:
        return stays.discharge(stay=stay, by=ward.manager, at=at)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[1] is None else ["the departure was refused"]
        if refusals[0] is not None:
            found += conflict(refusals[0], saying=(clock(at),))
        stay.refresh_from_db()
        if stay.state != StayState.DISCHARGED or stay.placements.filter(ends_at=None).exists():
            found.append("the patient has not left")
        return found

    return Round([place(ward, stay, bed, at), leave], faults)


def bare_two_patients_one_bed(ward: Ward) -> Round:
    """Two bare insertions of two patients into one bed."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    return Round([_insert(stay, bed, ward.at) for stay in (one, other)], one_exclusion)


def bare_one_patient_two_beds(ward: Ward) -> Round:
    """Two bare insertions of one patient into two beds."""
    patient = ward.patient()
    one, other = ward.expected(patient), ward.expected(patient)
    return Round([_insert(stay, ward.bed(), ward.at) for stay in (one, other)], one_exclusion)


def bare_move_against_discharge(ward: Ward) -> Round:
    """A bare insertion into a second bed while a bare update ends the first place: refused when it comes first."""
    stay, bed = ward.present(ward.bed()), ward.bed()
    place = stay.placements.get()
    at = ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[1] is None else ["the departure was refused"]
        return found + ([] if refusals[0] is None else exclusion(refusals[0]))

    return Round([_insert(stay, bed, at), lambda: placements.end(place, at=at)], faults)


def _insert(stay: Stay, bed: Bed, at: datetime) -> Act:
    return lambda: placements.insert(stay, stay.patient, bed, at=at)
