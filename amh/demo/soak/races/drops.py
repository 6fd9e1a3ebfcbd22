"""Two people take one patient, or mean one bed, on two screens of the board at the same instant."""

from collections.abc import Sequence
from functools import partial

from amh.core.dates import clock
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.beds import BED, given, kept
from amh.demo.soak.races.stays import STAY, said
from amh.demo.soak.rounds import Round, conflict, ends, one_winner, race
from amh.demo.soak.wards import Ward
from patients.actions import drops, stays
from patients.models import Reservation, Stay
from patients.rules.drops import MOVED
from wards.models import Bed


def dropped(ward: Ward, stay: Stay, bed: Bed) -> Act:
    """The act of dropping a patient on a bed, from where they lie as the round begins."""
    return partial(drops.place, bed=bed, origin=_bed(stay), **said(ward, stay))


@race(drops.place, drops.place, decided_by=STAY)
def two_drops_of_one_patient(ward: Ward) -> Round:
    """A patient is dropped on two beds: on one; the other’s refusal says where they are, and since when."""
    stay, pair = ward.present(), (ward.bed(), ward.bed())

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = pair[0] if refusals[0] is None else pair[1]
        lost = [fault for refused in refusals if refused for fault in conflict(refused, codes=[MOVED])]
        return lost + one_winner(refusals, saying=(str(winner), clock(ward.now)))

    return Round([dropped(ward, stay, bed) for bed in pair], faults)


@race(drops.place, stays.admit, decided_by=f"{BED}; `one_bed_one_patient`")
def drop_against_arrival(ward: Ward) -> Round:
    """A patient is dropped on a bed that another one arrives in: one has it, the other’s refusal says who."""
    bed, one, other = ward.bed(), ward.present(), ward.expected()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        winner = one if refusals[0] is None else other
        return one_winner(refusals, saying=(winner.patient.display_name, clock(ward.now)))

    return Round([dropped(ward, one, bed), given(ward, other, bed)], faults)


@race(drops.swap, drops.swap, decided_by="the locks of the patients, ids ascending")
def one_exchange_dropped_twice(ward: Ward) -> Round:
    """Two people drop one patient on another to exchange them: done once, not there and back."""
    one, other = ward.present(), ward.present()
    beds = _bed(one), _bed(other)
    there = Bed.objects.select_related("room__unit").get(pk=beds[1])
    act = partial(drops.swap, other=other, bed=there, origin=beds[0], **said(ward, one))
    return Round([act, act], ends(codes=[MOVED], left=lambda: (_bed(other), _bed(one)) == beds))


@race(drops.take_over, stays.admit, decided_by="the locks of the patients, ids ascending; `one_bed_one_patient`")
def take_over_against_arrival(ward: Ward) -> Round:
    """A kept bed is given to another while its patient arrives in it: one has it, and it is kept for nobody."""
    bed, one, awaited = ward.bed(), ward.present(), ward.expected()
    reservation = _kept(ward, awaited, bed)
    act = partial(drops.take_over, bed=bed, kept=reservation, origin=_bed(one), **said(ward, one))

    def left() -> bool:
        there = bed.placements.filter(ends_at=None).count()
        return there == 1 and not awaited.reservations.filter(released_at=None).exists()

    return Round([act, given(ward, awaited, bed)], ends(left=left))


@race(drops.hand_back, drops.hand_back, decided_by="the locks of the patients, ids ascending")
def two_hands_back(ward: Ward) -> Round:
    """A bed taken over from somebody is handed back once, and kept for them again."""
    bed, one, awaited = ward.bed(), ward.present(), ward.expected()
    reservation, origin = _kept(ward, awaited, bed), _bed(one)
    movement = drops.take_over(bed=bed, kept=reservation, origin=origin, **said(ward, one))
    act = partial(drops.hand_back, movement=movement, kept=reservation, by=ward.manager, at=ward.now)

    def left() -> bool:
        reservation.refresh_from_db()
        return _bed(one) == origin and reservation.released_at is None

    return Round([act, act], ends(left=left))


def _kept(ward: Ward, stay: Stay, bed: Bed) -> Reservation:
    kept(ward, stay, bed)()
    return stay.reservations.get()


def _bed(stay: Stay) -> int:
    return stay.placements.get(ends_at=None, bed__isnull=False).bed_id or 0
