"""Two people describe one calendar, or one follows what the other removes."""

from datetime import time, timedelta
from functools import partial

from amh.core.dates import local
from amh.core.roles import Role
from amh.demo.soak.duels import Act
from amh.demo.soak.rounds import Round, ends, race
from amh.demo.soak.wards import Ward
from wards.actions import calendars, units
from wards.models import Calendar, OpeningHours, Unit, WorkingTime
from wards.weeks import Span

CALENDAR = "the lock of the calendar"
DAY = Span(time(8), time(18))


@race(calendars.create, calendars.create, decided_by="a lock on the names; `wards_calendar_name_key`")
def one_name_twice(ward: Ward) -> Round:
    """A name, whatever its capitals, is one calendar’s."""
    name = ward.name()
    acts: list[Act] = [
        partial(calendars.create, name=one, closed_on_holidays=True, by=None, at=ward.now)
        for one in (name, name.lower())
    ]
    known = Calendar.objects.filter(name__iexact=name)
    return Round(acts, ends(codes=["name_taken"], left=lambda: known.count() == 1))


@race(calendars.change, calendars.change, decided_by="a lock on the names; `wards_calendar_name_key`")
def one_name_two_calendars(ward: Ward) -> Round:
    """Two calendars do not get one name."""
    name = ward.name()
    acts: list[Act] = [
        partial(calendars.change, calendar=_calendar(ward), name=name, closed_on_holidays=True, by=None, at=ward.now)
        for _ in range(2)
    ]
    known = Calendar.objects.filter(name=name)
    return Round(acts, ends(codes=["name_taken"], left=lambda: known.count() == 1))


@race(calendars.set_apart, calendars.set_apart, decided_by=CALENDAR)
def two_exceptions(ward: Ward) -> Round:
    """One exception speaks of a day."""
    calendar, day = _calendar(ward), local(ward.now).date()
    acts: list[Act] = [
        partial(
            calendars.set_apart, calendar=calendar, first_day=day, last_day=last, is_open=False, by=None, at=ward.now
        )
        for last in (day, day + timedelta(days=1))
    ]
    left = ends(codes=["exception_overlap"], left=lambda: calendar.exceptions.count() == 1)
    return Round(acts, left)


@race(calendars.give_back, calendars.give_back, decided_by=CALENDAR)
def one_exception_given_back_twice(ward: Ward) -> Round:
    """An exception is given back once."""
    calendar, day = _calendar(ward), local(ward.now).date()
    made = calendars.set_apart(calendar=calendar, first_day=day, last_day=day, is_open=False, by=None, at=ward.at)
    giving = partial(calendars.give_back, exception=made, by=None, at=ward.now)
    return Round([giving] * 2, ends(codes=["gone"], left=lambda: not calendar.exceptions.exists()))


@race(calendars.set_hours, calendars.set_hours, decided_by=f"{CALENDAR}; `opening_once`")
def two_weeks(ward: Ward) -> Round:
    """A calendar has the week that was said last, whole."""
    calendar = _calendar(ward)
    weeks = [{0: [DAY]}, {0: [DAY], 1: [DAY]}]
    acts: list[Act] = [
        partial(calendars.set_hours, calendar=calendar, hours=week, by=None, at=ward.now) for week in weeks
    ]
    return Round(acts, ends(done=2, left=lambda: calendar.hours.count() in (1, 2)))


@race(calendars.set_hours, calendars.set_working_time, decided_by=CALENDAR)
def emptied_against_followed(ward: Ward) -> Round:
    """No trade follows a calendar that never opens."""
    calendar = _calendar(ward)
    emptying = partial(calendars.set_hours, calendar=calendar, hours={}, by=None, at=ward.now)
    left = ends(codes=["never_open"], left=lambda: calendar.hours.exists() == calendar.working_times.exists())
    return Round([emptying, _follow(ward, calendar)], left)


@race(calendars.set_working_time, calendars.set_working_time, decided_by="`wards_workingtime_role_key`")
def two_working_times(ward: Ward) -> Round:
    """A trade has one working time."""
    acts: list[Act] = [_follow(ward, _calendar(ward)), _follow(ward, _calendar(ward))]
    return Round(acts, ends(done=2, left=lambda: WorkingTime.objects.filter(role=Role.DIETICIAN).count() == 1))


@race(calendars.remove, calendars.set_working_time, decided_by=CALENDAR)
def removed_against_followed(ward: Ward) -> Round:
    """A calendar is removed or followed."""
    calendar = _calendar(ward)
    removing = partial(calendars.remove, calendar=calendar, by=None, at=ward.now)
    followed = WorkingTime.objects.filter(calendar=calendar.pk)
    known = Calendar.objects.filter(pk=calendar.pk)
    left = ends(codes=["in_use", "gone"], left=lambda: known.exists() == followed.exists())
    return Round([removing, _follow(ward, calendar)], left)


@race(calendars.remove, units.change, decided_by="the reference from the unit to the calendar")
def removed_against_unit(ward: Ward) -> Round:
    """A calendar is removed or a unit follows it."""
    calendar = _calendar(ward)
    acts: list[Act] = [
        partial(calendars.remove, calendar=calendar, by=None, at=ward.now),
        partial(units.change, unit=ward.unit, said={"calendar": calendar}, by=None, at=ward.now),
    ]
    known, followed = Calendar.objects.filter(pk=calendar.pk), Unit.objects.filter(calendar=calendar.pk)
    return Round(acts, ends(left=lambda: known.exists() == followed.exists()))


def _calendar(ward: Ward) -> Calendar:
    calendar = Calendar.objects.create(name=ward.name())
    OpeningHours.objects.create(calendar=calendar, weekday=0, opens=DAY.opens, closes=DAY.closes)
    return calendar


def _follow(ward: Ward, calendar: Calendar) -> partial[None]:
    WorkingTime.objects.filter(role=Role.DIETICIAN).delete()
    return partial(calendars.set_working_time, role=Role.DIETICIAN, calendar=calendar, by=None, at=ward.now)
