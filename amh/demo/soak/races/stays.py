"""Two acts of the ward on one patient: moves, exchanges, leaves, departures, death, what is said of the stay."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.beds import given
from amh.demo.soak.rounds import Round, conflicts, ends, race, unless
from amh.demo.soak.wards import AN_HOUR, Ward
from patients.actions import (
    deaths,
    departures,
    expected_discharges,
    leaves,
    practitioners,
    preadmissions,
    protections,
    stays,
    swaps,
)
from patients.models import Certainty, ExitMode, NoArrival, Protection, Stay, StayState
from wards.models import UnitKind

STAY = "the lock of the patient, then of the stay"
"""What two acts on one stay wait for."""


def said(ward: Ward, stay: Stay) -> dict[str, Any]:
    """Of which stay, by whom, when."""
    return {"stay": stay, "by": ward.manager, "at": ward.now}


@race(stays.move, stays.discharge, decided_by=STAY)
def move_against_discharge(ward: Ward) -> Round:
    """A patient is moved and leaves: they have left, whoever came first."""
    stay = ward.present()
    acts: list[Act] = [given(ward, stay, ward.bed()), partial(stays.discharge, **said(ward, stay))]
    return Round(acts, _second_done(stay, StayState.DISCHARGED))


@race(leaves.leave, stays.discharge, decided_by=STAY)
def leave_against_discharge(ward: Ward) -> Round:
    """A patient goes on leave and leaves for good: they have left, whoever came first."""
    stay = ward.present()
    acts: list[Act] = [_leave(ward, stay), partial(stays.discharge, **said(ward, stay))]
    return Round(acts, _second_done(stay, StayState.DISCHARGED))


@race(departures.to_lounge, stays.discharge, decided_by=STAY)
def lounge_against_discharge(ward: Ward) -> Round:
    """A patient goes to the lounge and leaves: they have left, whoever came first."""
    stay = ward.present()
    acts: list[Act] = [partial(departures.to_lounge, **said(ward, stay)), partial(stays.discharge, **said(ward, stay))]
    return Round(acts, _second_done(stay, StayState.DISCHARGED))


@race(leaves.leave, leaves.leave, decided_by=STAY)
def two_leaves(ward: Ward) -> Round:
    """A patient goes on leave once."""
    stay = ward.present()
    left = partial(_is, stay, StayState.ON_LEAVE)
    return Round([_leave(ward, stay)] * 2, ends(codes=["stay_on_leave"], left=left))


@race(leaves.come_back, stays.discharge, decided_by=STAY)
def return_against_not_returned(ward: Ward) -> Round:
    """Whoever is said to be back and not to have come back is one of the two."""
    stay = ward.present()
    leaves.leave(stay=stay, until=ward.now, by=None, at=ward.at)
    missing = partial(stays.discharge, mode=ExitMode.NOT_RETURNED, **said(ward, stay))

    def faults(refusals: Sequence[Refused]) -> list[str]:
        state = StayState.PRESENT if refusals[0] is None else StayState.DISCHARGED
        return ends(codes=["not_on_leave", "stay_discharged"], left=partial(_is, stay, state))(refusals)

    return Round([partial(leaves.come_back, **said(ward, stay)), missing], faults)


@race(deaths.die, stays.move, decided_by=STAY)
def death_against_move(ward: Ward) -> Round:
    """A patient dies and is moved: one bed is kept for the body."""
    stay = ward.present()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        one_bed = stay.placements.filter(ends_at=None, bed__isnull=False).count() == 1
        found = unless(_is(stay, StayState.DECEASED) and one_bed, "no bed is kept for the body")
        return conflicts(refusals) + unless(refusals[0] is None, "the death was refused") + found

    return Round([partial(deaths.die, **said(ward, stay)), given(ward, stay, ward.bed())], faults)


@race(deaths.body_left, deaths.body_left, decided_by=STAY)
def two_departures_of_a_body(ward: Ward) -> Round:
    """A body leaves once."""
    stay = ward.present()
    deaths.die(stay=stay, by=None, at=ward.at)
    left = partial(_is, stay, StayState.DISCHARGED)
    return Round([partial(deaths.body_left, **said(ward, stay))] * 2, ends(codes=["already_left"], left=left))


@race(stays.wait, stays.admit, decided_by="the lock of the bed")
def wait_against_place(ward: Ward) -> Round:
    """A patient gives up a bed, which goes to another: the other has it, or is told that it was not free yet."""
    bed, newcomer = ward.bed(), ward.expected()
    stay = ward.present(bed)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        placed = newcomer.placements.filter(bed=bed, ends_at=None).exists()
        return (
            conflicts(refusals)
            + unless(refusals[0] is None, "the bed was not given up")
            + unless(placed == (refusals[1] is None), "placed and refused")
        )

    return Round([partial(stays.wait, unit=ward.unit, **said(ward, stay)), given(ward, newcomer, bed)], faults)


@race(departures.to_home_care, stays.discharge, decided_by=STAY)
def home_care_against_discharge(ward: Ward) -> Round:
    """A patient leaves for home care or for home: once, and the stay of home care is there for the first alone."""
    stay, unit = ward.present(), ward.another_unit(kind=UnitKind.HOME_CARE)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        number = Stay.objects.filter(patient=stay.patient).count()
        begun = unless(number == (2 if refusals[0] is None else 1), f"{number} stays")
        return ends(codes=["stay_discharged"], left=partial(_is, stay, StayState.DISCHARGED))(refusals) + begun

    acts: list[Act] = [
        partial(departures.to_home_care, unit=unit, **said(ward, stay)),
        partial(stays.discharge, **said(ward, stay)),
    ]
    return Round(acts, faults)


@race(swaps.swap, swaps.swap, decided_by="the locks of the patients, ids ascending; `one_bed_one_patient`")
def swap_against_swap(ward: Ward) -> Round:
    """Two exchanges share a patient: three patients lie in their three beds, whoever lies where."""
    trio = [ward.present() for _ in range(3)]
    beds = _beds(trio)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return conflicts(refusals) + unless(_beds(trio) == beds, "the three are not in the three beds")

    return Round([_swap(ward, trio[0], trio[1]), _swap(ward, trio[1], trio[2])], faults)


@race(swaps.swap, stays.move, decided_by="the locks of the patients, ids ascending")
def swap_against_move(ward: Ward) -> Round:
    """A patient is exchanged and moved: both have a bed, and nobody else’s."""
    one, other = ward.present(), ward.present()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return conflicts(refusals) + unless(len(_beds([one, other]) - {None}) == 2, "one of the two has no bed")

    return Round([_swap(ward, one, other), given(ward, other, ward.bed())], faults)


@race(expected_discharges.expect, expected_discharges.expect, decided_by=STAY)
def two_expected_discharges(ward: Ward) -> Round:
    """The stay shows the expected discharge that was said last; both are kept."""
    stay = ward.present()
    hours = [ward.later, ward.later + AN_HOUR]
    acts: list[Act] = [
        partial(expected_discharges.expect, expected_at=hour, certainty=Certainty.CERTAIN, **said(ward, stay))
        for hour in hours
    ]

    def left() -> bool:
        stay.refresh_from_db()
        kept = stay.expected_discharges.order_by("-pk")
        return len(kept) == 2 and kept[0].expected_at == stay.expected_discharge_at

    return Round(acts, ends(done=2, left=left))


@race(expected_discharges.expect, stays.discharge, decided_by=STAY)
def expected_against_discharge(ward: Ward) -> Round:
    """A departure is expected while the patient leaves: they have left."""
    stay = ward.present()
    expecting = partial(
        expected_discharges.expect, expected_at=ward.later, certainty=Certainty.CERTAIN, **said(ward, stay)
    )
    return Round([expecting, partial(stays.discharge, **said(ward, stay))], _second_done(stay, StayState.DISCHARGED))


@race(stays.assign_practitioner, stays.move, decided_by=STAY)
def physician_against_move(ward: Ward) -> Round:
    """A physician is named while the patient moves: both hold."""
    stay, bed = ward.present(), ward.bed()
    physician = practitioners.create(values={"family_name": ward.name(), "given_name": ""}, by=None, at=ward.at)

    def left() -> bool:
        stay.refresh_from_db()
        return stay.practitioner_id == physician.pk and _beds([stay]) == {bed.pk}

    naming = partial(stays.assign_practitioner, practitioner=physician, **said(ward, stay))
    return Round([naming, given(ward, stay, bed)], ends(done=2, left=left))


@race(preadmissions.cancel, stays.admit, decided_by=STAY)
def calling_off_against_arrival(ward: Ward) -> Round:
    """A patient is said not to come, and has come: whoever was first is believed, the other told so."""
    stay, bed = ward.expected(), ward.bed()
    calling_off = partial(preadmissions.cancel, reason=NoArrival.NOT_COME, **said(ward, stay))

    def faults(refusals: Sequence[Refused]) -> list[str]:
        state = StayState.CANCELLED if refusals[0] is None else StayState.PRESENT
        return ends(codes=["stay_cancelled", "stay_present"], left=partial(_is, stay, state))(refusals)

    return Round([calling_off, given(ward, stay, bed)], faults)


@race(preadmissions.reschedule, preadmissions.cancel, decided_by=STAY)
def another_hour_against_calling_off(ward: Ward) -> Round:
    """A patient is expected later and does not come: nobody is expected, whoever was first."""
    stay = ward.expected()
    later = partial(preadmissions.reschedule, expected_at=ward.later, **said(ward, stay))
    calling_off = partial(preadmissions.cancel, reason=NoArrival.POSTPONED, **said(ward, stay))
    return Round([later, calling_off], _second_done(stay, StayState.CANCELLED))


@race(preadmissions.reinstate, preadmissions.reinstate, decided_by=STAY)
def two_reinstatements(ward: Ward) -> Round:
    """A patient who was called off is expected again once."""
    stay = ward.expected()
    preadmissions.cancel(stay=stay, reason=NoArrival.MISTAKEN, by=None, at=ward.at)

    def left() -> bool:
        return _is(stay, StayState.EXPECTED) and stay.movements.standing().count() == 1

    return Round([partial(preadmissions.reinstate, **said(ward, stay))] * 2, ends(codes=["not_called_off"], left=left))


@race(protections.protect, protections.unprotect, decided_by=STAY)
def protect_against_unprotect(ward: Ward) -> Round:
    """A stay is hidden and shown: it is what was said last, with its reason or without any."""
    stay = protections.protect(stay=ward.present(), protection=Protection.VIP, by=None, at=ward.at)
    hiding = partial(protections.protect, protection=Protection.UNDISCLOSED, stay=stay, by=None, at=ward.now)
    showing = partial(protections.unprotect, stay=stay, by=None, at=ward.now)

    def left() -> bool:
        stay.refresh_from_db()
        return (stay.protected, stay.protection) in ((False, ""), (True, Protection.UNDISCLOSED))

    return Round([hiding, showing], ends(done=2, left=left))


def _leave(ward: Ward, stay: Stay) -> Act:
    return partial(leaves.leave, until=ward.later, **said(ward, stay))


def _swap(ward: Ward, stay: Stay, other: Stay) -> Act:
    return partial(swaps.swap, other=other, **said(ward, stay))


def _beds(those: Sequence[Stay]) -> set[int | None]:
    return {stay.placements.get(ends_at=None).bed_id for stay in those}


def _is(stay: Stay, state: StayState) -> bool:
    stay.refresh_from_db()
    return stay.state == state and (state != StayState.DISCHARGED or not stay.placements.filter(ends_at=None).exists())


def _second_done(stay: Stay, state: StayState) -> Any:
    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = unless(refusals[1] is None, "the second was refused")
        return conflicts(refusals) + found + unless(_is(stay, state), f"not {state}")

    return faults
