"""A patient dropped on a bed: done once, from where they were seen to be; all of it or nothing."""

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from patients.actions import drops, reservations, stays
from patients.models import StayState
from tests.expectations import nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db
PLACERS = {Role.AMH, Role.TEAM_LEAD, Role.BED_MANAGER, Role.NURSE, Role.ON_CALL}


@pytest.fixture
def unit():
    return a_unit("MED")


@pytest.fixture
def bed(unit):
    return a_bed(unit, "203", "P")


@pytest.fixture
def here(unit):
    return a_bed(unit, "208", "P")


@pytest.fixture
def haddad(here):
    return present(here, patient=a_patient("Haddad"))


@pytest.fixture
def manager():
    return a_user(Role.BED_MANAGER)


def kept(bed, name="Durand"):
    stay = expected(bed.room.unit, patient=a_patient(name))
    return reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)


def test_a_patient_is_placed_from_where_they_were_taken(unit, haddad, here, bed, manager):
    with recorded("stay.move", beds=(here, bed), units=(unit,)):
        drops.place(stay=haddad, bed=bed, origin=here.pk, by=manager, at=NOW)
    assert [place[1] for place in places(haddad)] == [here, bed]


def test_somebody_of_a_list_comes_from_no_bed(unit, bed, manager):
    stay = expected(unit)
    drops.place(stay=stay, bed=bed, origin=None, by=manager, at=NOW)
    assert fresh(stay).state == StayState.PRESENT


@pytest.mark.parametrize("of_a_list", [True, False])
def test_who_was_moved_meanwhile_stays_there(unit, haddad, bed, manager, of_a_list):
    elsewhere = a_bed(unit)
    stays.move(stay=haddad, to=elsewhere, by=None, at=NOW)
    origin = None if of_a_list else places(haddad)[0][1].pk
    said = f"HADDAD Anne a changé de lit : au lit {elsewhere} depuis 14:32."
    with nothing_written(), refused(Conflict, "moved_meanwhile", saying=said):
        drops.place(stay=haddad, bed=bed, origin=origin, by=manager, at=NOW)


def test_a_name_that_one_may_not_know_is_not_told_by_the_move(unit, haddad, bed):
    nurse = a_user(Role.NURSE, a_unit())
    with nothing_written(), refused(Denied, "denied"):
        drops.place(stay=haddad, bed=bed, origin=None, by=nurse, at=NOW)


def test_who_may_place_may_drop(unit, haddad, here, bed):
    assert who_may(lambda by: drops.place(stay=haddad, bed=bed, origin=here.pk, by=by, at=NOW), unit) == PLACERS


def test_two_exchange_their_beds_only_as_they_were_seen(haddad, here, bed, manager):
    other = present(bed, patient=a_patient("Martin"))
    said = {"stay": haddad, "other": other, "bed": bed, "origin": here.pk, "by": manager, "at": NOW}
    drops.swap(**said)
    assert (places(haddad)[-1][1], places(other)[-1][1]) == (bed, here)
    with nothing_written(), refused(Conflict, "moved_meanwhile"):
        drops.swap(**said)
    with nothing_written(), refused(Conflict, "holder_gone", field="bed", saying="MARTIN Anne a quitté le lit 203 P"):
        drops.swap(**said | {"origin": bed.pk})


def test_a_kept_bed_is_taken_over_whole_or_not_at_all(haddad, here, bed, manager):
    lost = kept(bed)
    present(bed)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed"):
        drops.take_over(stay=haddad, bed=bed, kept=lost, origin=here.pk, by=manager, at=NOW)
    lost.refresh_from_db()
    assert lost.released_at is None


def test_who_may_not_keep_beds_takes_none_over(unit, haddad, here, bed):
    lost = kept(bed)
    allowed = who_may(lambda by: drops.take_over(stay=haddad, bed=bed, kept=lost, origin=here.pk, by=by, at=NOW), unit)
    assert allowed == PLACERS - {Role.NURSE}


def test_a_bed_taken_over_is_handed_back_whole_or_not_at_all(haddad, here, bed, manager):
    lost = kept(bed)
    said = {"kept": lost, "by": manager, "at": NOW}
    movement = drops.take_over(stay=haddad, bed=bed, origin=here.pk, **said)
    drops.hand_back(movement=movement, **said)
    lost.refresh_from_db()
    assert (places(haddad)[-1][1], lost.released_at) == (here, None)

    movement = drops.take_over(stay=haddad, bed=bed, origin=here.pk, **said)
    reservations.reserve(stay=lost.stay, bed=a_bed(bed.room.unit), expected_at=paris("16:00"), by=None, at=NOW)
    with nothing_written(), refused(Conflict, "already_kept"):
        drops.hand_back(movement=movement, **said)
    assert places(haddad)[-1][1] == bed


def test_an_act_before_the_last_movement_is_no_drop(haddad, here, bed, manager):
    with nothing_written(), refused(Invalid, "before_last_movement", field="effective_at"):
        drops.place(stay=haddad, bed=bed, origin=here.pk, by=manager, at=paris("10:00"))
