"""Two people want one bed, or give one patient two: given, kept, closed, cleaned."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from amh.core.dates import clock
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, conflict, ends, one_winner, race, unless
from amh.demo.soak.wards import Ward
from patients.actions import beds, closures, movements, reservations, stays
from patients.models import Placement, Stay
from wards.models import Bed, Cleaning, Closure, ClosureReason

BED = "the lock of the bed"
"""What one of two waits for when nothing but the bed is shared."""


def given(ward: Ward, stay: Stay, bed: Bed, at: datetime | None = None) -> Act:
    """The act of giving a bed."""
    return partial(stays.place, stay=stay, bed=bed, by=ward.manager, at=at or ward.now)


def kept(ward: Ward, stay: Stay, bed: Bed) -> Act:
    """The act of keeping a bed for somebody who comes in an hour."""
    return partial(reservations.reserve, stay=stay, bed=bed, expected_at=ward.later, by=ward.manager, at=ward.now)


def closed(ward: Ward, *which: Bed) -> Act:
    """The act of closing beds until somebody lifts that."""
    return partial(closures.close, beds=which, reason=ClosureReason.WORKS, by=ward.manager, at=ward.now)


@race(stays.admit, stays.admit, decided_by=f"{BED}; `one_bed_one_patient`")
def two_patients_one_bed(ward: Ward) -> Round:
    """Of two patients one has the bed; the other’s refusal says who has it, and since when."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return one_winner(refusals, saying=(winner.patient.display_name, clock(ward.now)))

    return Round([given(ward, stay, bed) for stay in (one, other)], faults)


@race(stays.admit, stays.admit, decided_by="the lock of the patient; `one_patient_one_bed`")
def one_patient_two_beds(ward: Ward) -> Round:
    """A patient known by two stays has one bed; the refusal of the other says where, and since when."""
    patient = ward.patient()
    pair = [ward.expected(patient), ward.expected(patient)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return one_winner(refusals, saying=(ward.unit.name, clock(ward.now)))

    return Round([given(ward, stay, ward.bed()) for stay in pair], faults)


@race(stays.admit, reservations.reserve, decided_by=BED)
def place_against_reserve(ward: Ward) -> Round:
    """A bed is given to one and kept for another: for whom it is kept is never refused, and may be the only one."""
    bed, stay = ward.bed(), ward.expected()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[0] is None else conflict(refusals[0], codes=["bed_reserved"])
        return found + unless(refusals[1] is None, "the bed was not kept")

    return Round([given(ward, stay, bed), kept(ward, ward.expected(), bed)], faults)


@race(reservations.reserve, reservations.reserve, decided_by=f"{BED}; `one_bed_one_reservation`")
def reserve_against_reserve(ward: Ward) -> Round:
    """A bed is kept for one of two; the other’s refusal says for whom, and when they come."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return one_winner(refusals, saying=(winner.patient.display_name, clock(ward.later)))

    return Round([kept(ward, stay, bed) for stay in (one, other)], faults)


@race(reservations.reserve, reservations.reserve, decided_by="the lock of the stay")
def two_beds_kept_for_one(ward: Ward) -> Round:
    """Two beds are kept for one patient: the last one is, the other is let go."""
    stay = ward.expected()
    standing = stay.reservations.filter(released_at=None)
    acts: list[Act] = [kept(ward, stay, ward.bed()), kept(ward, stay, ward.bed())]
    return Round(acts, ends(done=2, left=lambda: standing.count() == 1))


@race(reservations.release, stays.admit, decided_by="the lock of the stay")
def release_against_arrival(ward: Ward) -> Round:
    """A kept bed is let go while its patient takes it: they have it, and it is kept no more."""
    bed, stay = ward.bed(), ward.expected()
    made = reservations.reserve(stay=stay, bed=bed, expected_at=ward.later, by=None, at=ward.at)

    def left() -> bool:
        return stay.placements.get().bed_id == bed.pk and not stay.reservations.filter(released_at=None).exists()

    acts: list[Act] = [
        partial(reservations.release, reservation=made, by=ward.manager, at=ward.now),
        given(ward, stay, bed),
    ]
    return Round(acts, ends(done=(1, 2), codes=["already_released"], left=left))


@race(reservations.restore, reservations.reserve, decided_by=BED)
def restore_against_reserve(ward: Ward) -> Round:
    """A bed that was let go is kept again, or for somebody else: for one of the two."""
    bed, stay, other = ward.bed(), ward.expected(), ward.expected()
    made = reservations.reserve(stay=stay, bed=bed, expected_at=ward.later, by=None, at=ward.at)
    reservations.release(reservation=made, by=None, at=ward.at)
    restoring = partial(reservations.restore, reservation=made, by=ward.manager, at=ward.now)
    return Round([restoring, kept(ward, other, bed)], one_winner)


@race(reservations.reserve, stays.discharge, decided_by="the lock of the stay")
def reserve_against_discharge(ward: Ward) -> Round:
    """A bed is kept for a patient who leaves: they have left, and none is kept for them."""
    stay = ward.present()
    leaving = partial(stays.discharge, stay=stay, by=ward.manager, at=ward.now)

    def left() -> bool:
        return not stay.reservations.filter(released_at=None).exists() and not stay.placements.filter(ends_at=None)

    return Round([kept(ward, stay, ward.bed()), leaving], ends(done=(1, 2), codes=["stay_over"], left=left))


@race(closures.close, stays.admit, decided_by=BED)
def close_against_place(ward: Ward) -> Round:
    """A bed is closed or given; who came second is told why not."""
    bed = ward.bed()
    return Round([closed(ward, bed), given(ward, ward.expected(), bed)], one_winner)


@race(closures.close, stays.move, decided_by=BED)
def close_against_move(ward: Ward) -> Round:
    """A bed is closed or takes the patient; who came second is told why not."""
    bed, stay = ward.bed(), ward.present()
    return Round([closed(ward, bed), given(ward, stay, bed)], one_winner)


@race(closures.close, reservations.reserve, decided_by=BED)
def close_against_reserve(ward: Ward) -> Round:
    """A bed is closed or kept for the same time; who came second is told why not."""
    bed = ward.bed()
    return Round([closed(ward, bed), kept(ward, ward.expected(), bed)], one_winner)


@race(closures.close, closures.close, decided_by="the locks of the beds, ids ascending; `closure_once`")
def two_closures_crosswise(ward: Ward) -> Round:
    """Two lists of beds, in opposite orders, share one: each bed is closed once, a list whole or not at all."""
    one, shared, other = (ward.bed() for _ in range(3))

    def left() -> bool:
        return Closure.objects.filter(bed__in=[one, shared, other]).count() == 2

    acts: list[Act] = [closed(ward, one, shared), closed(ward, other, shared)]
    return Round(acts, ends(codes=["bed_closed"], left=left))


@race(closures.close_unit, closures.close_room, decided_by="the locks of the beds, ids ascending")
def unit_against_room(ward: Ward) -> Round:
    """A unit and a room of it are closed: every bed is, once."""
    room, _ = ward.bed().room, ward.bed()
    why: dict[str, Any] = {"reason": ClosureReason.STAFF, "by": ward.manager, "at": ward.now}
    acts: list[Act] = [
        partial(closures.close_unit, unit=ward.unit, **why),
        partial(closures.close_room, room=room, **why),
    ]

    def left() -> bool:
        return Closure.objects.filter(bed__room__unit=ward.unit).count() == 2

    return Round(acts, ends(done=(1, 2), codes=["nothing_to_close"], left=left))


@race(closures.end, closures.end, decided_by="the locks of the beds, ids ascending")
def two_ends_crosswise(ward: Ward) -> Round:
    """Closures of two beds are ended by two people who list them in opposite orders: once."""
    pair = [_shut(ward)[1], _shut(ward)[1]]
    acts: list[Act] = [
        partial(closures.end, closures=those, by=ward.manager, at=ward.now) for those in (pair, pair[::-1])
    ]
    going_on = Closure.objects.filter(pk__in=[one.pk for one in pair], ends_at=None)
    return Round(acts, ends(codes=["bed_open"], left=lambda: not going_on.exists()))


@race(closures.lift, beds.reopen, decided_by=BED)
def lift_against_reopen(ward: Ward) -> Round:
    """A closure is ended by its line and by its bed: once."""
    bed, made = _shut(ward)
    lifting = partial(closures.lift, closure=made, by=ward.manager, at=ward.now)
    reopening = partial(beds.reopen, bed=bed, by=ward.manager, at=ward.now)
    return Round([lifting, reopening], ends(codes=["bed_open"], left=lambda: _until(made) == ward.now))


@race(closures.lift, closures.set_end, decided_by=BED)
def lift_against_prolong(ward: Ward) -> Round:
    """A closure is lifted and prolonged: what was said last holds."""
    _bed, made = _shut(ward)
    lifting = partial(closures.lift, closure=made, by=ward.manager, at=ward.now)
    longer = partial(closures.set_end, closure=made, until=ward.later, by=ward.manager, at=ward.now)
    return Round([lifting, longer], ends(done=2, left=lambda: _until(made) in (ward.now, ward.later)))


@race(closures.set_end, stays.admit, decided_by=BED)
def prolong_against_place(ward: Ward) -> Round:
    """A closure that was lifted is to go on while the bed is given: one of the two is told why not."""
    bed, made = _shut(ward)
    closures.lift(closure=made, by=None, at=ward.now)
    again = partial(closures.set_end, closure=made, until=None, by=ward.manager, at=ward.now)
    return Round([again, given(ward, ward.expected(), bed)], one_winner)


@race(closures.cancel, closures.cancel, decided_by=BED)
def two_cancels(ward: Ward) -> Round:
    """A closure to come is struck out once."""
    why: dict[str, Any] = {"reason": ClosureReason.WORKS, "by": None, "at": ward.at}
    (made,) = closures.close(beds=[ward.bed()], starts_at=ward.later, **why)
    acts: list[Act] = [partial(closures.cancel, closure=made, by=ward.manager, at=ward.now)] * 2
    return Round(acts, ends(codes=["already_cancelled"], left=lambda: _until(made) == made.starts_at))


@race(beds.clean, stays.admit, decided_by=BED)
def clean_against_place(ward: Ward) -> Round:
    """A bed is said to be clean and given: somebody has it, and nobody cleans it under them."""
    bed, stay = ward.bed(), ward.expected()
    cleaning = partial(beds.clean, bed=bed, by=ward.manager, at=ward.now)
    left = ends(done=(1, 2), codes=["bed_occupied"], left=lambda: Placement.objects.get(stay=stay).bed_id == bed.pk)
    return Round([cleaning, given(ward, stay, bed)], left)


@race(beds.undo_clean, beds.undo_clean, decided_by=BED)
def two_undos_of_a_cleaning(ward: Ward) -> Round:
    """A cleaning is taken back once."""
    made = beds.clean(bed=ward.bed(), by=None, at=ward.at)
    undoing = partial(beds.undo_clean, cleaning=made, by=ward.manager, at=ward.now)
    still = Cleaning.objects.filter(pk=made.pk, cancelled_at=None)
    return Round([undoing] * 2, ends(codes=["already_cancelled"], left=lambda: not still.exists()))


@race(movements.undo, stays.admit, decided_by="the locks of the beds")
def undo_against_place(ward: Ward) -> Round:
    """A departure is taken back while the bed is given to another: one of the two has it."""
    bed, stay = ward.bed(), ward.expected()
    gone = ward.present(bed)
    said = stays.discharge(stay=gone, by=None, at=ward.now)
    undoing = partial(movements.undo, movement=said, by=ward.manager, at=ward.now)
    return Round([undoing, given(ward, stay, bed)], ends(codes=["bed_occupied"], left=lambda: _holders(bed) == 1))


def _shut(ward: Ward) -> tuple[Bed, Closure]:
    bed = ward.bed()
    return bed, closures.close(beds=[bed], reason=ClosureReason.WORKS, by=None, at=ward.at)[0]


def _until(closure: Closure) -> datetime | None:
    return Closure.objects.get(pk=closure.pk).ends_at


def _holders(bed: Bed) -> int:
    return Placement.objects.filter(bed=bed, ends_at=None).count()
