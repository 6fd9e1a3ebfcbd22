"""Places, and beds kept or closed, by bare SQL: two patients in one bed, one patient in two."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from amh.demo.soak import placements
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, bare, exclusion, one_exclusion, unless
from amh.demo.soak.wards import Ward
from patients.models import Stay
from wards.models import Bed

ONE_BED, ONE_PATIENT = "`one_bed_one_patient`", "`one_patient_one_bed`"


@bare(decided_by=ONE_BED)
def two_patients_one_bed(ward: Ward) -> Round:
    """Two bare insertions of two patients into one bed: one stands."""
    bed, one, other = ward.bed(), ward.expected(), ward.expected()
    return Round([_insert(stay, bed, ward.at) for stay in (one, other)], one_exclusion)


@bare(decided_by=ONE_PATIENT)
def one_patient_two_beds(ward: Ward) -> Round:
    """Two bare insertions of one patient into two beds: one stands."""
    patient = ward.patient()
    pair = [ward.expected(patient), ward.expected(patient)]
    return Round([_insert(stay, ward.bed(), ward.at) for stay in pair], one_exclusion)


@bare(decided_by=ONE_PATIENT)
def move_against_discharge(ward: Ward) -> Round:
    """A bare insertion into a second bed while a bare update ends the first place: refused when it comes first."""
    bed, stay = ward.bed(), ward.present()
    place = stay.placements.get()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = unless(refusals[1] is None, "the departure was refused")
        return found + ([] if refusals[0] is None else exclusion(refusals[0]))

    return Round([_insert(stay, bed, ward.now), partial(placements.end, place, at=ward.now)], faults)


@bare(decided_by=ONE_BED)
def swap_against_swap(ward: Ward) -> Round:
    """Two bare exchanges share a place: no bed holds two, whatever is refused."""
    trio = [ward.present().placements.get() for _ in range(3)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return [fault for refused in refusals if refused is not None for fault in exclusion(refused)]

    return Round([partial(placements.swap, trio[0], trio[1]), partial(placements.swap, trio[1], trio[2])], faults)


@bare(decided_by="`one_bed_one_reservation`")
def two_reservations_one_bed(ward: Ward) -> Round:
    """Two bare insertions keep one bed for two patients: one stands."""
    bed, pair = ward.bed(), (ward.expected(), ward.expected())
    acts: list[Act] = [partial(placements.reserve, stay, bed, at=ward.at, until=ward.later) for stay in pair]
    return Round(acts, one_exclusion)


def _insert(stay: Stay, bed: Bed, at: datetime) -> Act:
    return partial(placements.insert, stay, stay.patient, bed, at=at)
