import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import deaths, departures, leaves, movements, reservations, stays, swaps
from patients.models import StayState
from tests.expectations import nothing_written, places, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from wards.models import ClosureReason

pytestmark = pytest.mark.django_db
NINE, TEN, TWO = paris("09:00"), paris("10:00"), paris("14:00")


@pytest.fixture
def pair():
    """Two patients in two units: their stays and their beds."""
    here, there = a_bed(a_unit(), "201", "F"), a_bed(a_unit(), "302", "P")
    return present(here, patient=a_patient("Durand"), at=NINE), present(there, at=TEN), here, there


def swap(stay, other, *, by=None, at=NOW, **options):
    return swaps.swap(stay=stay, other=other, by=by, at=at, **options)


def test_two_patients_exchange_their_beds_at_the_same_moment(pair):
    stay, other, here, there = pair
    movement = swap(stay, other, by=a_user(Role.BED_MANAGER), effective_at=TWO, reason="chambre double")
    assert places(stay) == [(here.room.unit, here, NINE, TWO), (there.room.unit, there, TWO, None)]
    assert places(other) == [(there.room.unit, there, TEN, TWO), (here.room.unit, here, TWO, None)]
    assert (movement.stay, movement.joint, movement.reason) == (stay, last(other).joint, "chambre double")
    said = AuditEntry.objects.filter(action="stay.swap").values_list("subject_id", "patient_id")
    assert set(said) == {(stay.pk, stay.patient_id), (other.pk, other.patient_id)}


@pytest.mark.parametrize("side", [0, 1])
def test_it_is_undone_whole_from_either_side(pair, side):
    stay, other, here, there = pair
    swap(stay, other)
    movements.undo(movement=last(pair[side]), by=None, at=NOW)
    assert places(stay) == [(here.room.unit, here, NINE, None)]
    assert places(other) == [(there.room.unit, there, TEN, None)]


def test_it_is_not_undone_once_one_of_them_has_gone_on(pair):
    stay, other, _here, _there = pair
    movement = swap(stay, other)
    stays.discharge(stay=other, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "not_last"):
        movements.undo(movement=movement, by=None, at=NOW)


def test_its_hour_is_not_corrected_for_one_alone(pair):
    stay, other, _here, _there = pair
    movement = swap(stay, other)
    with nothing_written(), refused(Conflict, "not_retimable", saying="l’annuler et le refaire"):
        movements.retime(movement=movement, effective_at=TWO, by=None, at=NOW)


def test_nobody_swaps_with_oneself(pair):
    with nothing_written(), refused(Conflict, "same_stay", field="other", saying="avec lui-même"):
        swap(pair[0], pair[0])


def test_one_without_a_bed_has_nothing_to_give(pair):
    stay, _other, here, _there = pair
    waiting = present(here.room.unit, patient=a_patient("Petit"))
    says = "PETIT Anne n’a pas de lit à échanger. Lui attribuer un lit."
    for one, two in ((stay, waiting), (waiting, stay)):
        with nothing_written(), refused(Conflict, "no_bed", field="other", saying=says):
            swap(one, two, by=a_user(Role.BED_MANAGER))


def test_those_who_are_not_there_swap_with_nobody(pair):
    stay, other, here, _there = pair
    awaited, elsewhere = expected(here.room.unit), present(a_bed(a_unit()))
    with nothing_written(), refused(Conflict, "stay_expected"):
        swap(stay, awaited)
    deaths.die(stay=other, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "stay_deceased"):
        swap(stay, other)
    deaths.body_left(stay=other, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "stay_discharged"):
        swap(stay, other)
    departures.to_lounge(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "no_bed", field="other"):
        swap(stay, elsewhere)


def test_the_bed_of_somebody_on_leave_may_be_exchanged(pair):
    stay, other, _here, there = pair
    leaves.leave(stay=stay, until=paris("20:00"), by=None, at=NOW)
    swap(stay, other)
    assert (fresh(stay).state, places(stay)[-1][1]) == (StayState.ON_LEAVE, there)


def test_a_closed_bed_takes_nobody_in_exchange(pair):
    stay, other, here, _there = pair
    here.closures.create(reason=ClosureReason.WORKS, starts_at=NOW, entered_at=NOW)
    with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying="201 F est fermé"):
        swap(stay, other)


def test_a_bed_kept_for_a_third_is_not_given_in_exchange(pair):
    stay, other, here, _there = pair
    kept = reservations.reserve(stay=expected(here.room.unit), bed=here, expected_at=paris("18:00"), by=None, at=NOW)
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed", saying="201 F est réservé"):
        swap(stay, other)
    reservations.release(reservation=kept, by=None, at=NOW)
    reservations.reserve(stay=other, bed=here, expected_at=paris("18:00"), by=None, at=NOW)
    swap(stay, other)
    assert other.reservations.latest("pk").released_at == NOW


def test_a_swap_is_not_before_what_happened_to_either(pair):
    stay, other, _here, _there = pair
    with nothing_written(), refused(Invalid, "before_last_movement", field="effective_at"):
        swap(stay, other, effective_at=paris("09:30"))
    swap(stay, other, effective_at=TEN)


def test_one_must_have_the_right_at_both_ends(pair):
    stay, other, here, there = pair
    for unit in (here.room.unit, there.room.unit):
        with nothing_written(), refused(Denied, "denied"):
            swap(stay, other, by=a_user(Role.NURSE, unit))
    swap(stay, other, by=a_user(Role.NURSE, here.room.unit, there.room.unit))


def test_a_double_click_swaps_twice_and_is_seen_as_two_acts(pair):
    stay, other, here, there = pair
    swap(stay, other)
    swap(stay, other)
    assert (places(stay)[-1][1], places(other)[-1][1]) == (here, there)
    movements.undo(movement=last(stay), by=None, at=NOW)
    assert (places(stay)[-1][1], places(other)[-1][1]) == (there, here)
