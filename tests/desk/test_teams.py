"""What is said of each unit, one day and at one moment."""

from datetime import time

import pytest

from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.roles import Role
from amh.desk import teams
from amh.desk.teams import Presence
from tests.expectations import counted, refused
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import LONG_AGO, NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_cover, a_duty, an_absence, closed
from wards.actions import calendars
from wards.models import Membership
from wards.weeks import Span

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, SUNDAY, MONDAY = "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"


@pytest.fixture
def lead():
    return a_user(Role.TEAM_LEAD)


def read(lead, day="", *, now=NOW):
    return teams.read(teams.day(day, now=now), by=lead)


def row(lead, unit, day="", *, now=NOW):
    return next(one for one in read(lead, day, now=now).rows if one.unit == unit)


def works_in_office_hours():
    calendar = a_calendar(hours=OFFICE_HOURS)
    calendars.set_working_time(role=Role.AMH, calendar=calendar, by=None, at=LONG_AGO)


def test_a_unit_whose_amh_is_there_is_held(lead):
    unit = a_unit()
    amh, nurse = a_user(Role.AMH, unit), a_user(Role.NURSE, unit)
    found = row(lead, unit)
    assert (found.presence, found.present, found.others) == (Presence.HELD, [amh], [nurse])
    assert read(lead).nobody == []


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.NURSE, Role.TEAM_LEAD, Role.HOUSEKEEPING])
def test_other_trades_hold_no_unit(lead, role):
    unit = a_unit()
    a_user(role, unit)
    assert row(lead, unit).presence == Presence.NOBODY
    assert read(lead).nobody == [unit]


def test_machines_and_leavers_are_not_named(lead):
    unit = a_unit()
    closed(a_user(Role.AMH, unit))
    a_user(Role.WALL, unit)
    found = row(lead, unit)
    assert (found.present, found.others, found.presence) == ([], [], Presence.NOBODY)


def test_an_absence_empties_the_unit_while_it_lasts(lead):
    unit = a_unit()
    amh = a_user(Role.AMH, unit)
    an_absence(amh, start=NOW + HOUR, end=NOW + 3 * HOUR)
    moments = (NOW, NOW + HOUR, NOW + 3 * HOUR)
    assert [row(lead, unit, now=at).presence for at in moments] == [Presence.HELD, Presence.NOBODY, Presence.HELD]
    (away,) = row(lead, unit).absent
    assert (away.row.user, away.hours, away.holds) == (amh, "de 15:32 à 17:32", False)
    (away,) = row(lead, unit, now=NOW + HOUR).absent
    assert (away.hours, away.holds) == ("jusqu’à 17:32", True)


def test_a_cover_holds_the_unit_while_it_lasts(lead):
    unit = a_unit()
    cover = a_cover(unit, start=NOW + HOUR, end=NOW + 3 * HOUR)
    moments = (NOW, NOW + HOUR, NOW + 3 * HOUR)
    assert [row(lead, unit, now=at).presence for at in moments] == [Presence.NOBODY, Presence.HELD, Presence.NOBODY]
    said = [row(lead, unit, now=at).covers[0].hours for at in moments]
    assert said == ["de 15:32 à 17:32", "jusqu’à 17:32", "terminé à 17:32"]
    assert row(cover.user, unit, now=NOW + HOUR).mine == cover
    assert row(lead, unit, now=NOW + HOUR).mine is None


def test_a_unit_is_taken_by_who_is_not_there_already(lead):
    unit = a_unit()
    amh, cover = a_user(Role.AMH, unit), a_cover(unit)
    there = [row(user, unit).may_be_taken for user in (amh, cover.user, lead)]
    assert there == [False, False, True]


def test_what_was_taken_back_is_not_shown(lead):
    unit = a_unit()
    cover = a_cover(unit, start=NOW + HOUR)
    cover.ends_at = cover.starts_at
    cover.save()
    assert row(lead, unit).covers == []


def test_a_closed_unit_is_calm(lead):
    unit = a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
    days = [row(lead, unit, day).presence for day in (FRIDAY, SATURDAY, MONDAY)]
    assert days == [Presence.NOBODY, Presence.CLOSED, Presence.NOBODY]
    assert row(lead, unit, now=paris("2026-11-20 18:00")).presence == Presence.CLOSED
    a_cover(unit)
    assert row(lead, unit).presence == Presence.HELD


def test_outside_working_time_nobody_is_missing(lead):
    works_in_office_hours()
    unit = a_unit()
    a_user(Role.AMH, unit)
    assert row(lead, unit).presence == Presence.OFF
    assert row(lead, unit, now=paris("2026-11-20 09:00")).presence == Presence.HELD
    days = [row(lead, unit, day) for day in (SUNDAY, MONDAY)]
    assert [one.presence for one in days] == [Presence.OFF, Presence.HELD]
    assert [one.working for one in days] == [False, True], "on Sunday the team is named, and not said to be present"


def test_another_day_is_empty_when_the_absence_spans_its_working_time(lead):
    works_in_office_hours()
    unit = a_unit()
    amh = a_user(Role.AMH, unit)
    an_absence(amh, start=paris("2026-11-23 08:00"), end=paris("2026-11-23 17:00"))
    an_absence(amh, start=paris("2026-11-24 08:00"), end=paris("2026-11-24 12:00"))
    days = (MONDAY, "2026-11-24", "2026-11-25")
    assert [row(lead, unit, day).presence for day in days] == [Presence.NOBODY, Presence.HELD, Presence.HELD]


def test_members_of_that_day_are_shown_once(lead):
    unit = a_unit()
    gone, back = a_user(Role.AMH), a_user(Role.AMH)
    Membership.objects.create(user=gone, unit=unit, valid_from=LONG_AGO, valid_until=paris(f"{FRIDAY} 12:00"))
    Membership.objects.create(user=back, unit=unit, valid_from=LONG_AGO, valid_until=paris(f"{FRIDAY} 12:00"))
    Membership.objects.create(user=back, unit=unit, valid_from=paris(f"{FRIDAY} 13:00"))
    assert set(row(lead, unit, FRIDAY).present) == {gone, back}
    assert len(row(lead, unit, FRIDAY).present) == 2
    assert row(lead, unit).present == [back]


def test_units_are_those_of_that_day(lead):
    gone, coming, here = (
        a_unit(valid_until=paris(f"{FRIDAY} 12:00")),
        a_unit(valid_from=paris(MONDAY + " 08:00")),
        a_unit(),
    )
    assert [one.unit for one in read(lead).rows] == [here]
    assert {one.unit for one in read(lead, FRIDAY).rows} == {gone, here}
    assert {one.unit for one in read(lead, MONDAY).rows} == {coming, here}


def test_who_is_on_call_now_and_tonight(lead):
    assert not read(lead).tonight
    day, night = a_duty(end=NOW + HOUR), a_duty(start=paris("20:00"), end=paris(f"{SUNDAY} 08:00"))
    team = read(lead)
    assert team.tonight
    assert [(one.row, one.hours, one.holds) for one in team.duties] == [
        (day, "jusqu’à 15:32", True),
        (night, "de 20:00 à dim. 22 nov. 08:00", False),
    ]
    assert not read(lead, FRIDAY).tonight


def test_a_duty_after_midnight_belongs_to_the_night_before(lead):
    a_duty(start=paris(f"{SUNDAY} 02:00"), end=paris(f"{SUNDAY} 06:00"))
    assert read(lead).tonight


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day, hours):
    found = teams.day(day, now=NOW)
    assert found.end - found.start == hours * HOUR


@pytest.mark.parametrize("text", ["hier", "2026-02-30", "2300-01-01", "1789-07-14", "2026-11-21T10:00", "<script>"])
def test_what_is_no_day_is_refused(text):
    with refused(Invalid, "bad_day", field="jour"):
        teams.day(text, now=NOW)


def test_today_is_the_day_of_the_site_s_clock():
    late = paris("2026-11-21 23:30")
    assert teams.day("", now=late).date.isoformat() == SATURDAY
    assert teams.day(SATURDAY, now=late).now == late
    assert teams.day(SUNDAY, now=late).now is None


def test_thirty_units_cost_what_one_costs(lead):
    queries = []
    for number in (1, 29):
        for _ in range(number):
            unit = a_unit(calendar=a_calendar(hours={5: [Span(time(0), time(0))]}))
            amh = a_user(Role.AMH, unit)
            an_absence(amh)
            a_cover(unit)
            a_duty(unit=unit)
        reader = User.objects.get(pk=lead.pk)
        with counted(queries):
            for one in read(reader).rows:
                [str(said.row.user) for said in (*one.absent, *one.covers)]
    assert queries[0] == queries[1]
