"""What is kept of the hospital is always what it is now: every change holds at the very next reading."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection

from amh.core.actions import parameters
from amh.core.roles import Role
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards.actions import confirmations
from wards.models import Calendar, CalendarException, OpeningHours, Unit
from wards.queries.hospitals import hospital

pytestmark = pytest.mark.django_db
FRIDAY_NIGHT = paris("2026-11-20 22:00")


@pytest.fixture
def week_unit():
    """A unit that is open from Monday at seven to Friday at eighteen."""
    calendar = Calendar.objects.create(name="Semaine")
    for weekday in range(5):
        opens, closes = "07:00" if weekday == 0 else "00:00", "18:00" if weekday == 4 else "00:00"
        OpeningHours.objects.create(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
    return a_unit("HS", calendar=calendar)


def test_it_is_read_whole_once_and_then_asked_whether_it_changed(week_unit):
    queries = []
    for _ in range(3):
        with counted(queries):
            hospital()
    assert queries[1:] == [1, 1]
    assert queries[0] > 1


def test_a_unit_that_is_made_renamed_or_changed_in_bulk_is_seen_at_once():
    unit = a_unit("MED", name="Médecine")
    assert [one.name for one in hospital().units] == ["Médecine"]
    Unit.objects.filter(pk=unit.pk).update(name="Médecine A")
    assert [one.name for one in hospital().units] == ["Médecine A"]
    a_unit("ONC", name="Oncologie", position=999)
    assert [one.name for one in hospital().units] == ["Médecine A", "Oncologie"]


def test_a_unit_is_in_service_for_its_time():
    unit = a_unit("MED", valid_until=NOW)
    assert [hospital().in_service(at) for at in (NOW - timedelta(minutes=1), NOW)] == [[unit], []]


def test_a_shut_unit_says_when_it_opens_and_an_exception_counts_at_once(week_unit):
    assert hospital().shut(NOW) == {week_unit.pk: paris("2026-11-23 07:00")}, "a Saturday"
    assert hospital().shut(paris("2026-11-20 10:00")) == {}
    day = FRIDAY_NIGHT.date() + timedelta(days=3)
    CalendarException.objects.create(calendar=week_unit.calendar, first_day=day, last_day=day, is_open=False)
    assert hospital().shut(NOW) == {week_unit.pk: paris("2026-11-24 00:00")}
    OpeningHours.objects.filter(weekday=1).update(opens="06:00")
    assert hospital().shut(NOW) == {week_unit.pk: paris("2026-11-24 06:00")}


def test_a_closing_is_announced_as_early_as_the_site_says(week_unit):
    thursday = paris("2026-11-19 20:00")
    assert set(hospital().closing(paris("2026-11-20 10:00"))) == {week_unit.pk}
    assert hospital().closing(thursday - timedelta(hours=12)) == {}
    parameters.change(key="closing_notice_hours", value=48, by=a_user(Role.ADMINISTRATOR), at=NOW)
    assert set(hospital().closing(thursday - timedelta(hours=12))) == {week_unit.pk}


def test_the_last_confirmation_is_known_at_once_and_as_it_was_at_a_moment_that_is_past():
    unit = a_unit("MED")
    by = a_user(Role.BED_MANAGER)
    assert hospital().confirmed(NOW) == {}
    for at in (NOW - timedelta(hours=6), NOW):
        confirmations.confirm(unit=unit, doubts=0, by=by, at=at)
    assert hospital().confirmed(NOW)[unit.pk].at == NOW
    assert hospital().confirmed(NOW - timedelta(hours=1))[unit.pk].at == NOW - timedelta(hours=6)
    assert hospital().confirmed(NOW - timedelta(days=1)) == {}


def test_a_calendar_that_nobody_follows_closes_nothing(week_unit):
    Unit.objects.filter(pk=week_unit.pk).update(calendar=None)
    assert (hospital().shut(NOW), hospital().weeks) == ({}, {})


@pytest.mark.django_db(transaction=True)
def test_a_change_that_a_slower_transaction_commits_after_a_newer_one_is_seen():
    slow = a_unit("MED", name="Médecine")
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE wards_unit SET name = 'Médecine A' WHERE id = %s", [slow.pk])
        a_unit("ONC", name="Oncologie")
        assert {one.name for one in hospital().units} == {"Médecine", "Oncologie"}
        cursor.execute("COMMIT")
    assert {one.name for one in hospital().units} == {"Médecine A", "Oncologie"}
