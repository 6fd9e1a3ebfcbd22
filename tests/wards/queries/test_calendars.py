from datetime import date, time

import pytest

from amh.core.errors import Invalid
from amh.core.models import ParameterValue
from amh.core.roles import Role
from tests.expectations import counted, refused
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import LONG_AGO, NOW, paris
from tests.factories.places import a_unit
from wards import weeks
from wards.actions import calendars
from wards.models import CalendarException, Unit
from wards.queries.calendars import days_off, due, week_of, week_of_role, week_of_unit, weeks_of, weeks_of_units
from wards.queries.hospitals import hospital
from wards.weeks import ALWAYS, WHOLE_DAY, Closing, Span

pytestmark = pytest.mark.django_db


def works_in(role, calendar):
    calendars.set_working_time(role=role, calendar=calendar, by=None, at=LONG_AGO)


def test_what_has_no_calendar_is_always_open():
    assert week_of_unit(a_unit()) is ALWAYS
    assert week_of_role(Role.AMH) is ALWAYS
    assert weeks_of([]) == {}


def test_a_unit_and_a_trade_follow_their_calendars():
    made = a_calendar(hours=OFFICE_HOURS)
    works_in(Role.AMH, made)
    assert week_of_unit(a_unit(calendar=made)) == week_of_role(Role.AMH) == week_of(made)
    assert week_of_role(Role.NURSE) is ALWAYS


def test_a_task_falls_due_in_the_working_time_of_its_trade():
    works_in(Role.AMH, a_calendar(hours=OFFICE_HOURS))
    assert due(role=Role.AMH, start=NOW, minutes=120) == paris("2026-11-23 10:00")
    assert due(role=Role.NURSE, start=NOW, minutes=120) == paris("2026-11-21 16:32").replace(second=20)


def test_a_trade_without_a_day_left_is_an_error_that_says_so():
    made = a_calendar(hours=OFFICE_HOURS)
    works_in(Role.AMH, made)
    made.hours.all().delete()
    with refused(Invalid, "never_open"):
        due(role=Role.AMH, start=NOW, minutes=1)


def test_the_region_of_the_site_gives_its_holidays():
    made = a_calendar(hours=OFFICE_HOURS)
    assert weeks.is_open(week_of(made), paris("2026-04-03 10:00"))
    ParameterValue.objects.create(key="holiday_region", value=" 57 ", entered_at=LONG_AGO)
    assert not weeks.is_open(week_of(made), paris("2026-04-03 10:00"))


def test_thirty_calendars_cost_what_one_costs():
    queries = []
    for number in (1, 29):
        made = [a_calendar(hours=OFFICE_HOURS) for _ in range(number)]
        units = [a_unit(calendar=one) for one in made]
        calendars.set_apart(
            calendar=made[0], first_day=NOW.date(), last_day=NOW.date(), is_open=False, by=None, at=LONG_AGO
        )
        with counted(queries):
            assert len(weeks_of_units(Unit.objects.all())) >= len(units)
    assert queries[0] == queries[1]


MIDNIGHT = time(0)
WEEK = {0: [Span(time(7), MIDNIGHT)], 1: [WHOLE_DAY], 2: [WHOLE_DAY], 3: [WHOLE_DAY], 4: [Span(MIDNIGHT, time(20))]}
"""A week hospital: from Monday 7:00 to Friday 20:00."""


def shut(at):
    return hospital().shut(at)


def closing(at, within_hours=None):
    return hospital().closing(at, within_hours=within_hours)


def a_week_unit(**traits):
    return a_unit(calendar=a_calendar(hours=WEEK), **traits)


def test_a_unit_is_shut_from_its_closing_until_it_opens():
    unit = a_week_unit()
    a_unit()

    assert shut(paris("2026-11-20 19:59")) == {}
    assert shut(paris("2026-11-20 20:00")) == {unit.pk: paris("2026-11-23 07:00")}
    assert shut(paris("2026-11-23 06:59")) == {unit.pk: paris("2026-11-23 07:00")}
    assert shut(paris("2026-11-23 07:00")) == {}


def test_a_calendar_without_hours_never_opens():
    unit = a_unit(calendar=a_calendar())
    assert shut(NOW) == {unit.pk: None}
    assert closing(NOW, 1_000) == {}


def test_a_calendar_closed_for_longer_than_anybody_plans_never_opens_either():
    made = a_calendar(hours=OFFICE_HOURS)
    CalendarException.objects.create(calendar=made, first_day=date(2026, 11, 21), last_day=date(2037, 1, 1))
    unit = a_unit(calendar=made)
    assert shut(NOW) == {unit.pk: None}
    assert closing(paris("2026-11-20 10:00"), 48) == {unit.pk: Closing(paris("2026-11-20 17:00"), None)}


def test_a_unit_out_of_service_is_left_out():
    gone, first = a_week_unit(valid_until=NOW), a_week_unit()
    assert set(shut(NOW)) == {first.pk}
    assert set(closing(paris("2026-11-20 19:00"), 2)) == {first.pk, gone.pk}


def test_units_that_share_a_calendar_are_shut_together():
    made = a_calendar(hours=WEEK)
    units = [a_unit(calendar=made) for _ in range(3)]
    assert set(shut(NOW)) == {unit.pk for unit in units}


def test_the_friday_is_announced_the_night_is_not():
    week, office = a_week_unit(), a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
    friday = Closing(paris("2026-11-20 20:00"), paris("2026-11-23 07:00"))

    assert closing(paris("2026-11-19 13:59"), 30) == {}
    assert closing(paris("2026-11-19 14:00"), 30) == {week.pk: friday}
    assert closing(paris("2026-11-19 16:00"), 2) == {}
    assert closing(paris("2026-11-20 16:00"), 30) == {
        week.pk: friday,
        office.pk: Closing(paris("2026-11-20 17:00"), paris("2026-11-23 08:00")),
    }
    assert closing(paris("2026-11-20 20:00"), 30) == {}


def test_the_site_says_how_long_before():
    unit = a_week_unit()
    assert set(closing(paris("2026-11-19 14:00"))) == {unit.pk}
    ParameterValue.objects.create(key="closing_notice_hours", value=4, entered_at=LONG_AGO)
    assert closing(paris("2026-11-19 14:00")) == {}
    assert set(closing(paris("2026-11-20 16:00"))) == {unit.pk}


def test_the_eve_of_a_holiday_is_announced_like_a_friday():
    unit = a_unit(calendar=a_calendar(hours={day: [Span(time(8), MIDNIGHT)] for day in range(5)}))
    assert closing(paris("2026-11-10 09:00"), 30) == {
        unit.pk: Closing(paris("2026-11-11 00:00"), paris("2026-11-12 08:00"))
    }


@pytest.mark.parametrize(
    ("friday", "monday"), [("2026-03-27 20:00", "2026-03-30 07:00"), ("2026-10-23 20:00", "2026-10-26 07:00")]
)
def test_the_night_when_the_clock_changes_moves_neither_end(friday, monday):
    unit = a_week_unit()
    assert closing(paris(f"{friday[:10]} 12:00"), 30) == {unit.pk: Closing(paris(friday), paris(monday))}
    assert shut(paris(friday)) == {unit.pk: paris(monday)}


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2026-11-20 13:59", None),
        ("2026-11-20 14:00", ("2026-11-21 00:00", "2026-11-23 00:00")),
        ("2026-11-20 23:59", ("2026-11-21 00:00", "2026-11-23 00:00")),
        ("2026-11-19 15:00", None),
        ("2026-11-21 15:00", None),
        ("2026-11-22 15:00", None),
        ("2026-12-24 14:00", ("2026-12-25 00:00", "2026-12-28 00:00")),
        ("2026-05-13 14:00", ("2026-05-14 00:00", "2026-05-15 00:00")),
        ("2026-03-27 14:00", ("2026-03-28 00:00", "2026-03-30 00:00")),
    ],
)
def test_days_off_are_seen_coming_at_two_on_their_eve(at, found):
    assert days_off(paris(at), region="") == (found and Closing(*map(paris, found)))


def test_the_region_has_days_off_of_its_own():
    assert days_off(paris("2026-04-02 14:00"), region="") is None
    assert days_off(paris("2026-04-02 14:00"), region="57") == Closing(
        paris("2026-04-03 00:00"), paris("2026-04-07 00:00")
    )
