from datetime import timedelta

import pytest

from amh.core.models import ParameterValue
from amh.core.roles import Role
from tests.expectations import counted
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import LONG_AGO, NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards.models import Confirmation, Unit
from wards.queries.confirmations import Said, due, last, same

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY = "2026-11-20", "2026-11-21"


def said(unit, at=NOW, *, doubts=0, by=None):
    by = by or a_user(Role.AMH, unit)
    return Confirmation.objects.create(unit=unit, confirmed_at=at, confirmed_by=by, doubts=doubts)


def test_the_last_one_of_each_unit_with_its_hour_and_a_short_name():
    first, second, silent = a_unit(), a_unit(), a_unit()
    camille = a_user(Role.AMH)
    camille.first_name, camille.last_name = "Camille", "Lefèvre"
    camille.save()
    said(first, paris("07:50"))
    said(first, paris("08:04"), doubts=2, by=camille)
    unnamed = said(second, paris("08:10")).confirmed_by

    assert last() == {
        first.pk: Said(paris("08:04"), "Camille L.", 2),
        second.pk: Said(paris("08:10"), unnamed.username, 0),
    }
    assert set(last([second.pk, silent.pk])) == {second.pk}
    assert last([]) == {}


def test_as_it_was_known_at_another_moment():
    unit = a_unit()
    said(unit, paris("07:50"))
    said(unit, paris("08:04"))

    assert last(until=paris("08:00"))[unit.pk].at == paris("07:50")
    assert last(until=paris("07:00")) == {}


def test_one_statement_for_one_unit_and_for_thirty():
    queries = []
    for number in (1, 29):
        for _ in range(number):
            said(a_unit())
        with counted(queries):
            last()
    assert queries == [1, 1]


def test_the_same_one_is_the_last_of_its_unit_with_as_many_doubts():
    unit = a_unit()
    made = said(unit, doubts=1)
    an_instant = timedelta(microseconds=1)

    assert same(unit, doubts=1, since=NOW - an_instant) == made
    assert same(unit, doubts=1, since=NOW) is None
    assert same(unit, doubts=0, since=NOW - an_instant) is None
    assert same(a_unit(), doubts=1, since=NOW - an_instant) is None


def test_a_unit_without_calendar_is_due_every_day_one_with_a_calendar_on_its_days():
    ward, office = a_unit(), a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
    never = a_unit(calendar=a_calendar())
    unknown = a_unit(to_be_referenced=True)
    units = [ward, office, never, unknown]

    assert due(units, paris(f"{FRIDAY} 09:00")).unit_ids == {ward.pk, office.pk}
    assert due(units, paris(f"{SATURDAY} 09:00")).unit_ids == {ward.pk}
    assert due([], NOW).unit_ids == frozenset()


def test_a_public_holiday_asks_nothing_of_who_is_closed():
    office = a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
    assert due([office], paris("2026-11-11 09:00")).unit_ids == frozenset()


def test_a_morning_begins_two_hours_before_and_until_then_it_is_the_day_before():
    office = a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
    night, early = due([office], paris(f"{SATURDAY} 05:59")), due([office], paris(f"{SATURDAY} 06:00"))

    assert (night.since, night.until) == (paris(f"{FRIDAY} 06:00"), paris(f"{FRIDAY} 08:00"))
    assert night.unit_ids == {office.pk}
    assert (early.since, early.until) == (paris(f"{SATURDAY} 06:00"), paris(f"{SATURDAY} 08:00"))
    assert early.unit_ids == frozenset()


def test_the_site_says_the_hour():
    ParameterValue.objects.create(key="confirmation_hour", value=9, entered_at=LONG_AGO)
    assert due([], NOW).until == paris("09:00")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_clock_goes_forward_and_back_and_eight_stays_eight(day):
    morning = due([], paris(f"{day} 12:00"))
    assert morning.until == paris(f"{day} 08:00")
    assert morning.until - morning.since == timedelta(hours=2)


def test_who_has_confirmed_this_morning_and_who_has_not():
    on_time, late, yesterday, silent = units = [a_unit() for _ in range(4)]
    said(on_time, paris("06:00"))
    said(late, paris("11:00"))
    said(yesterday, paris(f"{FRIDAY} 08:00"))
    morning = due(units, NOW)

    assert morning.confirmed(last()) == {on_time.pk, late.pk}
    assert morning.missing(last()) == {yesterday.pk, silent.pk}


def test_thirty_units_cost_what_one_costs():
    queries = []
    for number in (1, 29):
        for _ in range(number):
            a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
        units = list(Unit.objects.all())
        with counted(queries):
            due(units, NOW)
    assert queries == [3, 3]
