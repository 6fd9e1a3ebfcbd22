from datetime import timedelta

import pytest

from amh.board import boards
from amh.board.doubts import Kind, doubts
from patients.actions import beds, closures, deaths, departures, leaves, reservations, stays
from patients.actions import expected_discharges as expectations
from patients.models import Certainty, MovementKind
from tests.factories.clocks import NOW, paris
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, fresh, present, told
from wards.models import ClosureReason, UnitKind

pytestmark = pytest.mark.django_db

LONG = timedelta(hours=4)


@pytest.fixture
def unit():
    return a_unit("MED")


def found(unit, *, at=NOW, cleaning_after=LONG, lapsed=None):
    """The kinds of doubts of the unit, each with what it is about and since when."""
    board = boards.read(at, unit_ids=[unit.pk])
    return [
        (one.kind, one.key.split("-")[1], one.since)
        for one in doubts(board, unit, cleaning_after=cleaning_after, lapsed=lapsed or {})
    ]


def expect_exit(stay, at, certainty=Certainty.PROBABLE):
    expectations.expect(stay=stay, expected_at=at, certainty=certainty, by=None, at=NOW - AN_HOUR)


def test_a_unit_in_order_leaves_no_doubt(unit):
    expect_exit(present(a_bed(unit)), NOW + AN_HOUR)
    present(a_bed(unit))
    a_bed(unit)
    expected(unit, expected_at=NOW + AN_HOUR)
    assert found(unit) == []


def test_nor_does_an_empty_unit_nor_one_without_beds(unit):
    assert found(unit) == []
    assert doubts(boards.read(NOW, unit_ids=[]), unit, cleaning_after=LONG, lapsed={}) == []


def test_two_people_are_said_to_be_in_one_bed(unit):
    bed = a_bed(unit)
    present(bed)
    newcomer = present(unit)
    told(newcomer, MovementKind.TRANSFER, at=NOW - AN_HOUR / 2, place=bed)
    assert found(unit) == [(Kind.CLAIMED, str(newcomer.pk), NOW - AN_HOUR / 2)]


def test_somebody_of_another_unit_is_said_to_be_in_a_bed_of_this_one(unit):
    """It is a doubt of the unit of the bed alone, said once."""
    bed = a_bed(unit)
    present(bed)
    newcomer = present(a_unit("CHIR"))
    told(newcomer, MovementKind.TRANSFER, at=NOW - AN_HOUR / 2, place=bed)
    assert len(found(unit)) == 1
    assert found(unit)[0][0] == Kind.CLAIMED


def test_a_departure_that_another_system_told_of(unit):
    stay = present(a_bed(unit))
    told(stay, MovementKind.DISCHARGE, at=NOW - AN_HOUR / 4, now=NOW)
    bed = stay.placements.get().bed
    assert found(unit) == [(Kind.DEPARTED, str(bed.pk), NOW - AN_HOUR / 4)]


@pytest.mark.parametrize(("at", "is_doubtful"), [(NOW - timedelta(minutes=1), True), (NOW, False)])
def test_an_exit_that_should_be_over(unit, at, is_doubtful):
    bed = a_bed(unit)
    expect_exit(present(bed), at)
    assert found(unit) == ([(Kind.OVERDUE, str(bed.pk), at)] if is_doubtful else [])


def test_a_told_departure_is_not_also_an_overdue_exit(unit):
    stay = present(a_bed(unit))
    expect_exit(stay, NOW - AN_HOUR / 2)
    told(fresh(stay), MovementKind.DISCHARGE, at=NOW - AN_HOUR / 4, now=NOW)
    assert [kind for kind, _number, _since in found(unit)] == [Kind.DEPARTED]


def test_a_leave_that_should_be_over_is_said_once(unit):
    stay = present(a_bed(unit), at=NOW - 5 * AN_HOUR)
    leaves.leave(stay=stay, until=NOW - AN_HOUR, effective_at=NOW - 4 * AN_HOUR, by=None, at=NOW - 4 * AN_HOUR)
    assert found(unit, at=NOW - 2 * AN_HOUR) == []
    assert found(unit) == [(Kind.NOT_BACK, str(stay.pk), NOW - AN_HOUR)]


@pytest.mark.parametrize(("due", "is_doubtful"), [(NOW - timedelta(minutes=1), True), (NOW, False)])
def test_somebody_expected_who_has_not_come(unit, due, is_doubtful):
    stay = expected(unit, at=NOW - 3 * AN_HOUR, expected_at=due)
    assert found(unit) == ([(Kind.NOT_COME, str(stay.pk), due)] if is_doubtful else [])


def test_the_bed_kept_for_somebody_who_has_not_come_is_no_second_doubt(unit):
    stay = expected(unit, at=NOW - 3 * AN_HOUR, expected_at=NOW - AN_HOUR)
    reservations.reserve(stay=stay, bed=a_bed(unit), expected_at=NOW - AN_HOUR, by=None, at=NOW - 2 * AN_HOUR)
    assert [kind for kind, _number, _since in found(unit)] == [Kind.NOT_COME]


def test_a_bed_kept_for_somebody_who_is_elsewhere_past_the_hour(unit):
    elsewhere, bed = present(a_bed(a_unit("BLOC"))), a_bed(unit)
    reservations.reserve(stay=elsewhere, bed=bed, expected_at=NOW - AN_HOUR / 2, by=None, at=NOW - AN_HOUR)
    assert found(unit, at=NOW - AN_HOUR * 0.75) == []
    assert found(unit) == [(Kind.KEPT, str(bed.pk), NOW - AN_HOUR / 2)]


def test_somebody_present_without_a_bed(unit):
    stay = present(unit)
    assert found(unit) == [(Kind.WITHOUT_BED, str(stay.pk), NOW - AN_HOUR)]


def test_who_is_owed_no_bed_is_no_doubt():
    present(theatre := a_unit("BLOC", kind=UnitKind.THEATRE))
    present(session := a_unit("HDJ", kind=UnitKind.DAY_HOSPITAL))
    departures.to_lounge(stay=present(a_bed(ward := a_unit("MED"))), by=None, at=NOW)
    assert found(theatre) == found(session) == found(ward, cleaning_after=LONG) == []


def test_a_bed_that_waits_for_its_cleaning(unit):
    bed = a_bed(unit)
    stay = present(bed, at=NOW - 10 * AN_HOUR)
    stays.discharge(stay=stay, effective_at=NOW - 5 * AN_HOUR, by=None, at=NOW - 5 * AN_HOUR)
    assert found(unit, cleaning_after=5 * AN_HOUR) == []
    assert found(unit) == [(Kind.CLEANING, str(bed.pk), NOW - 5 * AN_HOUR)]
    beds.clean(bed=bed, by=None, at=NOW)
    assert found(unit) == []


def test_somebody_in_a_bed_that_is_closed(unit):
    bed = a_bed(unit)
    closures.close(beds=[bed], reason=ClosureReason.WORKS, by=None, at=NOW - 2 * AN_HOUR)
    present(bed)
    assert found(unit) == [(Kind.SHUT_IN, str(bed.pk), None)]


def test_a_bed_whose_closure_ended_by_itself_as_long_as_it_is_offered(unit):
    bed, kept, taken = a_bed(unit), a_bed(unit), a_bed(unit)
    reservations.reserve(
        stay=expected(unit, expected_at=NOW + AN_HOUR), bed=kept, expected_at=NOW + AN_HOUR, by=None, at=NOW
    )
    present(taken)
    lapsed = {one.pk: paris("06:00") for one in (bed, kept, taken)}
    assert found(unit, lapsed=lapsed) == [
        (Kind.LAPSED, str(bed.pk), paris("06:00")),
        (Kind.LAPSED, str(kept.pk), paris("06:00")),
    ]


def test_nothing_tells_of_a_death(unit):
    bed = a_bed(unit)
    stay = present(bed)
    expect_exit(stay, NOW - AN_HOUR / 2)
    deaths.die(stay=fresh(stay), effective_at=NOW - AN_HOUR / 4, by=None, at=NOW)
    assert found(unit) == []


def test_one_unit_knows_nothing_of_the_doubts_of_another(unit):
    present(a_unit("CHIR"))
    board = boards.read(NOW)
    assert doubts(board, unit, cleaning_after=LONG, lapsed={}) == []


def test_those_by_which_somebody_may_be_hurt_come_first(unit):
    expected(unit, expected_at=NOW - AN_HOUR / 2)
    expect_exit(present(a_bed(unit)), NOW - AN_HOUR / 2)
    present(unit)
    assert [kind for kind, _number, _since in found(unit)] == [Kind.WITHOUT_BED, Kind.OVERDUE, Kind.NOT_COME]


def test_the_same_doubt_has_the_same_key_on_the_next_reading(unit):
    present(unit)
    present(a_bed(unit))
    first, second = (boards.read(at, unit_ids=[unit.pk]) for at in (NOW, NOW + AN_HOUR))
    keys = [[one.key for one in doubts(board, unit, cleaning_after=LONG, lapsed={})] for board in (first, second)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0])
