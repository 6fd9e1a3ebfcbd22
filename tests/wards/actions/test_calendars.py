from datetime import date, time

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.core.transactions import act
from tests.expectations import refused
from tests.factories.calendars import MORNING, OFFICE_HOURS, a_calendar
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards import weeks
from wards.actions import calendars
from wards.models import Calendar, CalendarException, WorkingTime
from wards.queries.calendars import week_of
from wards.weeks import Span

pytestmark = pytest.mark.django_db
WHEN = {"by": None, "at": NOW}


def a_span(opens: str, closes: str) -> Span:
    return Span(time.fromisoformat(opens), time.fromisoformat(closes))


def test_a_calendar_is_never_open_until_it_has_hours():
    admin = a_user(Role.ADMINISTRATOR)
    made = calendars.create(name="  Hôpital  de semaine ", closed_on_holidays=True, by=admin, at=NOW)
    assert (made.name, made.closed_on_holidays) == ("Hôpital de semaine", True)
    with refused(Invalid, "never_open"):
        weeks.next_opening(week_of(made), NOW)
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.subject_id, line.by) == ("calendar.create", made.pk, admin)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "HDJ\x00", "a\nb\x07"])
def test_a_name_that_is_none_is_refused(name):
    with refused(Invalid, "name", field="name"):
        calendars.create(name=name, closed_on_holidays=True, **WHEN)


def test_a_name_is_given_once():
    made, other = a_calendar("HDJ"), a_calendar("ACA")
    with refused(Conflict, "name_taken", field="name"):
        calendars.create(name="hdj", closed_on_holidays=True, **WHEN)
    with refused(Conflict, "name_taken", field="name"):
        calendars.change(calendar=other, name="HDJ", closed_on_holidays=True, **WHEN)
    calendars.change(calendar=made, name="hdj", closed_on_holidays=False, **WHEN)
    made.refresh_from_db()
    assert (made.name, made.closed_on_holidays) == ("hdj", False)

    @act
    def without_the_rule():
        Calendar.objects.create(name="ACA")

    with refused(Conflict, "wards_calendar_name_key", saying="porte déjà ce nom"):
        without_the_rule()


def test_a_week_replaces_the_one_before():
    made = a_calendar()
    calendars.set_hours(calendar=made, hours={0: [MORNING], 5: [a_span("22:00", "00:00")]}, **WHEN)
    week = week_of(made)
    assert weeks.is_open(week, paris("2026-11-23 09:00"))
    assert not weeks.is_open(week, paris("2026-11-24 09:00"))
    assert weeks.next_closing(week, paris("2026-11-21 23:00")) == paris("2026-11-22 00:00")
    assert AuditEntry.objects.latest("pk").params == {"hours": {"0": ["08:00-12:00"], "5": ["22:00-00:00"]}}


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ({0: [a_span("12:00", "08:00")]}, "end_before_start"),
        ({0: [a_span("08:00", "08:00")]}, "end_before_start"),
        ({0: [a_span("08:00", "12:00"), a_span("11:59", "14:00")]}, "overlap"),
        ({0: [a_span("08:00", "00:00"), a_span("22:00", "23:00")]}, "overlap"),
        ({0: [a_span("08:00", "12:00")] * 2}, "overlap"),
        ({7: [MORNING]}, "unknown_weekday"),
        ({0: [Span(time(hour), time(hour, 30)) for hour in range(7)]}, "too_many"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_their_day(hours, code):
    made = a_calendar(hours=OFFICE_HOURS)
    with refused(Invalid, code, field="hours", saying="dimanche" if code == "unknown_weekday" else "undi"):
        calendars.set_hours(calendar=made, hours=hours, **WHEN)
    assert made.hours.count() == 10


def test_spans_that_touch_are_allowed():
    made = a_calendar()
    calendars.set_hours(calendar=made, hours={0: [a_span("08:00", "12:00"), a_span("12:00", "14:00")]}, **WHEN)
    assert made.hours.count() == 2


def set_apart(calendar, first, last=None, *, is_open=False, **said):
    days = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last or first)}
    return calendars.set_apart(calendar=calendar, **days, is_open=is_open, **said, **WHEN)


def test_days_set_apart_and_given_back():
    made = a_calendar(hours=OFFICE_HOURS)
    august = set_apart(made, "2026-08-03", "2026-08-14", reason=" Fermeture d’été ")
    set_apart(made, "2026-11-21", is_open=True, opens=time(9), closes=time(12))
    set_apart(made, "2026-05-25", is_open=True)
    week = week_of(made)
    moments = ("2026-08-03 09:00", "2026-11-21 09:00", "2026-05-25 09:00", "2026-08-17 09:00")
    assert [weeks.is_open(week, paris(at)) for at in moments] == [False, True, True, True]
    assert august.reason == "Fermeture d’été"

    calendars.give_back(exception=august, **WHEN)

    assert weeks.is_open(week_of(made), paris("2026-08-03 09:00"))
    with refused(Conflict, "gone"):
        calendars.give_back(exception=august, **WHEN)


@pytest.mark.parametrize(
    ("said", "kind", "code", "field"),
    [
        ({"first": "2026-08-03", "last": "2026-08-02"}, Invalid, "end_before_start", "last_day"),
        ({"first": "2300-08-03"}, Invalid, "implausible", "first_day"),
        ({"first": "2026-08-03", "last": "2027-08-05"}, Invalid, "too_long", "last_day"),
        ({"first": "2026-08-03", "opens": time(8), "closes": time(9)}, Invalid, "closed_hours", "opens"),
        ({"first": "2026-08-03", "is_open": True, "opens": time(8)}, Invalid, "half_a_span", "closes"),
        (
            {"first": "2026-08-03", "is_open": True, "opens": time(9), "closes": time(8)},
            Invalid,
            "end_before_start",
            "closes",
        ),
        ({"first": "2026-11-21", "is_open": True}, Invalid, "no_hours", "opens"),
        ({"first": "2026-12-24", "last": "2026-12-26"}, Conflict, "exception_overlap", "first_day"),
    ],
)
def test_days_that_make_no_sense_are_refused(said, kind, code, field):
    made = a_calendar(hours=OFFICE_HOURS)
    set_apart(made, "2026-12-26", "2027-01-03")
    with refused(kind, code, field=field):
        set_apart(made, **said)
    assert CalendarException.objects.count() == 1


def test_a_trade_works_in_a_calendar():
    made = a_calendar(hours=OFFICE_HOURS)
    calendars.set_working_time(role=Role.AMH, calendar=made, **WHEN)
    calendars.set_working_time(role=Role.AMH, calendar=made, **WHEN)
    assert WorkingTime.objects.get().calendar == made
    calendars.set_working_time(role=Role.AMH, calendar=None, **WHEN)
    calendars.set_working_time(role=Role.AMH, calendar=None, **WHEN)
    assert not WorkingTime.objects.exists()


def test_a_trade_never_stops_working_for_ever():
    empty, used = a_calendar(), a_calendar(hours=OFFICE_HOURS)
    with refused(Conflict, "never_open", field="calendar"):
        calendars.set_working_time(role=Role.AMH, calendar=empty, **WHEN)
    calendars.set_working_time(role=Role.AMH, calendar=used, **WHEN)
    for hours in ({}, {0: []}):
        with refused(Conflict, "never_open", field="hours", saying="Assistante médicale"):
            calendars.set_hours(calendar=used, hours=hours, **WHEN)


def test_a_calendar_goes_when_nobody_follows_it():
    made = a_calendar("HDJ", hours=OFFICE_HOURS)
    unit = a_unit(name="Hôpital de jour", calendar=made)
    calendars.set_working_time(role=Role.AMH, calendar=made, **WHEN)
    with refused(Conflict, "in_use", saying="Hôpital de jour, Assistante"):
        calendars.remove(calendar=made, **WHEN)
    unit.calendar = None
    unit.save()
    calendars.set_working_time(role=Role.AMH, calendar=None, **WHEN)
    calendars.remove(calendar=made, **WHEN)
    with refused(Conflict, "gone"):
        calendars.remove(calendar=made, **WHEN)


@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.ON_CALL, Role.AMH, Role.DPO])
def test_calendars_are_the_administrator_s(role):
    made, by = a_calendar(hours=OFFICE_HOURS), {"by": a_user(role), "at": NOW}
    apart = set_apart(made, "2026-08-03")
    day = date(2026, 9, 1)
    for denied in (
        lambda: calendars.create(name="X", closed_on_holidays=True, **by),
        lambda: calendars.change(calendar=made, name="X", closed_on_holidays=True, **by),
        lambda: calendars.set_hours(calendar=made, hours={}, **by),
        lambda: calendars.set_apart(calendar=made, first_day=day, last_day=day, is_open=False, **by),
        lambda: calendars.give_back(exception=apart, **by),
        lambda: calendars.remove(calendar=made, **by),
        lambda: calendars.set_working_time(role=Role.AMH, calendar=made, **by),
    ):
        with pytest.raises(Denied):
            denied()
