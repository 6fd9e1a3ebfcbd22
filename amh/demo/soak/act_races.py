"""Two acts of the ward on the same patient, bed or time: exchange, leave, death, closure, departure, reconciliation."""

from collections.abc import Sequence

from amh.core.dates import clock
from amh.demo.soak import placements
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import A_MINUTE, Round, conflicts, exclusion, one_exclusion, one_winner, place
from amh.demo.soak.wards import Ward
from patients.actions import (
    closures,
    deaths,
    departures,
    leaves,
    movements,
    reconciliations,
    reservations,
    stays,
    swaps,
)
from patients.models import MovementKind, Stay, StayState
from patients.rules.reconciliations import Answer
from wards.models import Bed, ClosureReason

AN_HOUR = 60 * A_MINUTE


def swap_against_swap(ward: Ward) -> Round:
    """Two exchanges share a patient: three patients lie in their three beds, whoever lies where."""
    trio = [ward.present(ward.bed()) for _ in range(3)]
    first, second, third = trio
    beds = _beds(trio)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return conflicts(refusals) + _unless(_beds(trio) == beds, "the three are not in the three beds")

    return Round([_swap(ward, first, second), _swap(ward, second, third)], faults)


def swap_against_move(ward: Ward) -> Round:
    """A patient is exchanged and moved: both have a bed, and nobody else's."""
    one, other, free = ward.present(ward.bed()), ward.present(ward.bed()), ward.bed()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return conflicts(refusals) + _unless(len(_beds([one, other]) - {None}) == 2, "one of the two has no bed")

    return Round([_swap(ward, one, other), place(ward, other, free, ward.at + A_MINUTE)], faults)


def leave_against_discharge(ward: Ward) -> Round:
    """A patient goes on leave and leaves for good: they have left, whoever came first."""
    stay, at = ward.present(ward.bed()), ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        left = _state(stay) == StayState.DISCHARGED and not stay.placements.filter(ends_at=None).exists()
        return conflicts(refusals) + _unless(left and refusals[1] is None, "the patient has not left")

    acts = [
        lambda: leaves.leave(stay=stay, until=at + AN_HOUR, by=ward.manager, at=at),
        lambda: stays.discharge(stay=stay, by=ward.manager, at=at),
    ]
    return Round(acts, faults)


def death_against_move(ward: Ward) -> Round:
    """A patient dies and is moved: one bed is kept for the body."""
    stay, free, at = ward.present(ward.bed()), ward.bed(), ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        kept = _state(stay) == StayState.DECEASED and stay.placements.filter(ends_at=None).count() == 1
        return conflicts(refusals) + _unless(kept and refusals[0] is None, "no bed is kept for the body")

    return Round([lambda: deaths.die(stay=stay, by=ward.manager, at=at), place(ward, stay, free, at)], faults)


def close_against_place(ward: Ward) -> Round:
    """A bed is closed and given: one of the two is told why not."""
    bed, stay, at = ward.bed(), ward.expected(), ward.at + A_MINUTE
    return Round([_close(ward, bed), place(ward, stay, bed, at)], one_winner)


def close_against_reserve(ward: Ward) -> Round:
    """A bed is closed and kept for the same time: one of the two is told why not."""
    bed = ward.bed()
    return Round([_close(ward, bed), _reserve(ward, ward.expected(), bed)], one_winner)


def reserve_against_reserve(ward: Ward) -> Round:
    """A bed is kept for two patients: one of the two is told for whom it is, and when they come."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    due = clock(ward.at + A_MINUTE + AN_HOUR)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return one_winner(refusals, saying=(winner.patient.display_name, due))

    return Round([_reserve(ward, stay, bed) for stay in (one, other)], faults)


def reconcile_against_discharge(ward: Ward) -> Round:
    """« L’autre est parti » is answered while the other is discharged: done once, and the newcomer has the bed."""
    bed, at = ward.bed(), ward.at + 2 * A_MINUTE
    holder, newcomer = ward.present(bed), ward.expected()
    ward.told(newcomer, MovementKind.ADMISSION, bed, at=ward.at + A_MINUTE)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        gone = _state(holder) == StayState.DISCHARGED
        return one_winner(refusals) + _unless(gone and _beds([newcomer]) == {bed.pk}, "the newcomer has no bed")

    acts = [
        lambda: reconciliations.reconcile(stay=newcomer, answer=Answer.LEFT, by=ward.manager, at=at),
        lambda: stays.discharge(stay=holder, by=ward.manager, at=at),
    ]
    return Round(acts, faults)


def depart_against_undo(ward: Ward) -> Round:
    """A told exit is confirmed and taken back: the patient has left, or is there."""
    bed, at = ward.bed(), ward.at + 2 * A_MINUTE
    stay = ward.present(bed)
    ward.told(stay, MovementKind.DISCHARGE, None, at=ward.at + A_MINUTE)
    told = stay.movements.get(kind=MovementKind.DISCHARGE)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        there = _state(stay) == StayState.PRESENT and _beds([stay]) == {bed.pk}
        return one_winner(refusals) + _unless(there == (refusals[0] is not None), "neither there nor gone")

    acts = [
        lambda: departures.depart(stay=stay, by=ward.manager, at=at),
        lambda: movements.undo(movement=told, by=ward.manager, at=at),
    ]
    return Round(acts, faults)


def told_against_place(ward: Ward) -> Round:
    """Another system and a person put two patients into one bed: what is told is not refused, and waits if it must."""
    bed, told, placed, at = ward.bed(), ward.expected(), ward.expected(), ward.at + A_MINUTE

    def faults(refusals: Sequence[Refused]) -> list[str]:
        waits = told.placements.filter(to_confirm=True, wanted_bed=bed).exists()
        found = _unless(refusals[0] is None, "what was told was refused") + conflicts(refusals)
        return found + _unless(waits == (refusals[1] is None), "both or neither have the bed")

    return Round([lambda: ward.told(told, MovementKind.ADMISSION, bed, at=at), place(ward, placed, bed, at)], faults)


def _swap(ward: Ward, stay: Stay, other: Stay) -> Act:
    return lambda: swaps.swap(stay=stay, other=other, by=ward.manager, at=ward.at + A_MINUTE)


def _close(ward: Ward, bed: Bed) -> Act:
    at = ward.at + A_MINUTE
    return lambda: closures.close(beds=[bed], reason=ClosureReason.WORKS, by=ward.manager, at=at)


def _reserve(ward: Ward, stay: Stay, bed: Bed) -> Act:
    at = ward.at + A_MINUTE
    return lambda: reservations.reserve(stay=stay, bed=bed, expected_at=at + AN_HOUR, by=ward.manager, at=at)


def _beds(trio: Sequence[Stay]) -> set[int | None]:
    return {stay.placements.get(ends_at=None).bed_id for stay in trio}


def _state(stay: Stay) -> str:
    stay.refresh_from_db()
    return stay.state


def _unless(so: bool, fault: str) -> list[str]:
    return [] if so else [fault]


def bare_swap_against_swap(ward: Ward) -> Round:
    """Two bare exchanges share a place: no bed holds two, whatever is refused."""
    trio = [ward.present(ward.bed()).placements.get() for _ in range(3)]
    first, second, third = trio

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return [fault for refused in refusals if refused is not None for fault in exclusion(refused)]

    return Round([lambda: placements.swap(first, second), lambda: placements.swap(second, third)], faults)


def bare_two_reservations_one_bed(ward: Ward) -> Round:
    """Two bare insertions keep one bed for two patients."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    when = {"at": ward.at, "until": ward.at + AN_HOUR}
    acts = [lambda: placements.reserve(one, bed, **when), lambda: placements.reserve(other, bed, **when)]
    return Round(acts, one_exclusion)


def bare_two_closures_one_bed(ward: Ward) -> Round:
    """Two bare insertions close one bed for the same time."""
    bed = ward.bed()
    return Round([lambda: placements.close(bed, at=ward.at)] * 2, one_exclusion)
