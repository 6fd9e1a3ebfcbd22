"""At which minutes the board may change: every kind of row is looked at, and no minute too early or too late."""

from datetime import timedelta

import pytest

from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, leaves, reservations, stays
from patients.models import Certainty
from patients.queries.moments import between, first_known
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from wards.models import Closure, ClosureReason

pytestmark = pytest.mark.django_db
EIGHT, EVENING = paris("08:00"), paris("20:00")


@pytest.fixture
def bed():
    return a_bed(a_unit())


def hours(after=EIGHT, until=EVENING):
    return [f"{at.astimezone(EIGHT.tzinfo):%H:%M}" for at in between(after, until)]


def test_nothing_happens_in_an_empty_ward(bed):
    assert hours() == []


def test_an_arrival_and_a_departure_are_shown_from_their_first_whole_minute(bed):
    stay = present(bed, at=paris("09:00"))
    stays.discharge(stay=stay, by=None, at=NOW, effective_at=paris("11:00") + timedelta(seconds=1))
    assert hours() == ["09:00", "11:01"]


def test_the_beginning_is_left_out_and_the_end_is_within(bed):
    present(bed, at=paris("09:00"))
    assert (hours(until=paris("09:00")), hours(after=paris("09:00"))) == (["09:00"], [])


def test_what_is_expected_is_late_a_minute_after(bed):
    stay = present(bed, at=paris("07:00"))
    expected_discharges.expect(stay=stay, expected_at=paris("17:00"), certainty=Certainty.CERTAIN, by=None, at=NOW)
    assert hours() == ["17:00", "17:01"]


def test_a_leave_begins_and_is_due(bed):
    stay = present(bed, at=paris("07:00"))
    leaves.leave(stay=stay, until=paris("18:00"), by=None, at=NOW, effective_at=paris("10:00"))
    assert hours() == ["10:00", "18:00", "18:01"]


def test_a_reservation_a_closure_and_a_cleaning_are_looked_at(bed):
    other, third = a_bed(bed.room.unit), a_bed(bed.room.unit)
    stay = expected(bed.room.unit, at=paris("07:00"), expected_at=paris("15:00"))
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("15:00"), by=None, at=NOW)
    bed_actions.close(bed=other, reason=ClosureReason.WORKS, until=paris("16:00"), by=None, at=NOW)
    third.cleanings.create(done_at=paris("09:30"), entered_at=NOW)
    third.cleanings.create(done_at=paris("09:40"), entered_at=NOW, cancelled_at=NOW)
    assert hours() == ["09:30", "14:33", "15:00", "15:01", "16:00", "19:00"]


def test_beds_come_and_go(bed):
    a_bed(bed.room.unit, valid_from=paris("10:00"), valid_until=paris("12:00"))
    assert hours() == ["10:00", "12:00"]


def test_one_statement_whatever_the_beds(bed):
    queries: list[int] = []
    for number in (1, 30):
        for each in beds(bed.room.unit, number):
            present(each, at=paris("09:00"))
        with counted(queries):
            between(EIGHT, EVENING)
    assert queries == [1, 1]


def test_the_first_moment_of_which_something_is_known(bed):
    assert first_known(after=NOW) is None
    present(bed, at=paris("09:00"))
    Closure.objects.create(bed=bed, reason=ClosureReason.WORKS, starts_at=paris("08:30"), entered_at=NOW)
    assert first_known(after=EIGHT) == paris("08:30")
    assert first_known(after=paris("08:30")) is None
