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
from wards.models import Unit
from wards.queries.calendars import due, week_of, week_of_role, week_of_unit, weeks_of, weeks_of_units
from wards.weeks import ALWAYS

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
