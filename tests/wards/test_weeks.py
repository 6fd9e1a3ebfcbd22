from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from amh.core.errors import Invalid
from tests.expectations import refused
from tests.factories.clocks import PARIS, paris
from wards import weeks
from wards.weeks import ALWAYS, WHOLE_DAY, Exceptional, Span, Week

NEVER = Week(hours=((),) * 7)
NOON = Span(time(12), time(13))
MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(13, 30), time(17))
OFFICE = Week(hours=((MORNING, AFTERNOON),) * 5 + ((),) * 2, closed_on_holidays=True)
WEEK_HOSPITAL = Week(
    hours=((Span(time(7), time(0)),), *((WHOLE_DAY,),) * 3, (Span(time(0), time(20)),), (), ()), closed_on_holidays=True
)


def open_minutes(week: Week, start: datetime, end: datetime) -> int:
    """The open minutes from ``start`` to ``end``, counted day by day."""
    first, last = (moment.astimezone(timezone.get_default_timezone()).date() for moment in (start, end))
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    shared = (min(one.end, end) - max(one.start, start) for day in days for one in weeks.openings(week, day))
    return sum((part for part in shared if part > timedelta()), timedelta()) // timedelta(minutes=1)


def daily(opens: str, closes: str, **traits) -> Week:
    return Week(hours=((Span(time.fromisoformat(opens), time.fromisoformat(closes)),),) * 7, **traits)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-20 07:59", False),
        ("2026-11-20 08:00", True),
        ("2026-11-20 11:59", True),
        ("2026-11-20 12:00", False),
        ("2026-11-20 13:30", True),
        ("2026-11-20 17:00", False),
        ("2026-11-21 10:00", False),
        ("2026-11-11 10:00", False),
        ("2026-05-25 10:00", False),
        ("2026-06-01 10:00", True),
    ],
)
def test_open_from_the_first_minute_to_the_last_that_one_excluded(at, is_open):
    assert weeks.is_open(OFFICE, paris(at)) is is_open


def test_the_week_hospital_is_open_through_its_nights():
    assert weeks.is_open(WEEK_HOSPITAL, paris("2026-11-24 00:00"))
    assert weeks.next_closing(WEEK_HOSPITAL, paris("2026-11-24 03:00")) == paris("2026-11-27 20:00")
    assert weeks.next_opening(WEEK_HOSPITAL, paris("2026-11-24 03:00")) == paris("2026-11-30 07:00")
    assert weeks.next_opening(WEEK_HOSPITAL, paris("2026-11-28 03:00")) == paris("2026-11-30 07:00")
    assert weeks.next_closing(WEEK_HOSPITAL, paris("2026-11-28 03:00")) == paris("2026-12-04 20:00")


def test_a_closing_is_the_end_of_the_open_time():
    assert weeks.next_closing(OFFICE, paris("2026-11-20 09:00")) == paris("2026-11-20 12:00")
    assert weeks.next_closing(OFFICE, paris("2026-11-20 12:30")) == paris("2026-11-20 17:00")
    assert weeks.next_opening(OFFICE, paris("2026-11-20 09:00")) == paris("2026-11-20 13:30")
    assert weeks.next_opening(OFFICE, paris("2026-11-20 17:00")) == paris("2026-11-23 08:00")


def test_what_is_always_open_has_neither_opening_nor_closing():
    at = datetime(2026, 3, 29, 0, 15, tzinfo=UTC)
    assert weeks.is_open(ALWAYS, at)
    assert weeks.next_opening(ALWAYS, at) is None
    assert weeks.next_closing(ALWAYS, at) is None
    assert weeks.add(ALWAYS, at, 90) == at + timedelta(minutes=90)
    assert weeks.add(ALWAYS, at, 400 * 24 * 60) == at + timedelta(days=400)


def test_open_without_end_after_a_day_closed_long_ago():
    week = Week(hours=ALWAYS.hours, exceptions=(Exceptional(date(2020, 1, 1), date(2020, 1, 2), is_open=False),))
    assert weeks.next_closing(week, paris("2019-12-31 10:00")) == paris("2020-01-01 00:00")
    assert weeks.next_closing(week, paris("2020-01-03 10:00")) is None
    assert weeks.next_opening(week, paris("2020-01-03 10:00")) is None


def test_a_calendar_without_hours_never_opens_and_says_so():
    at = paris("2026-11-20 09:00")
    assert not weeks.is_open(NEVER, at)
    for ask in (weeks.next_opening, weeks.next_closing):
        with refused(Invalid, "never_open", saying="plus d’heure ouverte dans les dix ans"):
            ask(NEVER, at)
    with refused(Invalid, "never_open"):
        weeks.add(NEVER, at, 0)


def test_a_calendar_closed_for_ten_years_never_opens():
    closed = Week(hours=OFFICE.hours, exceptions=(Exceptional(date(2020, 1, 1), date(2040, 1, 1), is_open=False),))
    with refused(Invalid, "never_open"):
        weeks.next_opening(closed, paris("2026-11-20 09:00"))


def test_more_minutes_than_ten_years_have_are_refused():
    with refused(Invalid, "never_open"):
        weeks.add(OFFICE, paris("2026-11-20 09:00"), 10**8)
    with refused(Invalid, "negative", field="minutes"):
        weeks.add(OFFICE, paris("2026-11-20 09:00"), -1)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 09:00", 60, "2026-11-20 10:00"),
        ("2026-11-20 11:30", 30, "2026-11-20 12:00"),
        ("2026-11-20 11:30", 31, "2026-11-20 13:31"),
        ("2026-11-20 16:30", 60, "2026-11-23 08:30"),
        ("2026-11-21 14:32", 120, "2026-11-23 10:00"),
        ("2026-11-21 14:32", 0, "2026-11-23 08:00"),
        ("2026-11-20 09:00", 0, "2026-11-20 09:00"),
        ("2026-12-24 16:30", 60, "2026-12-28 08:30"),
        ("2026-12-31 16:00", 120, "2027-01-04 09:00"),
    ],
)
def test_minutes_pass_only_while_it_is_open(start, minutes, due):
    assert weeks.add(OFFICE, paris(start), minutes) == paris(due)


def test_holidays_depend_on_the_region():
    good_friday = paris("2026-04-03 10:00")
    assert weeks.is_open(OFFICE, good_friday)
    for region in ("57", "67", "68"):
        assert not weeks.is_open(Week(OFFICE.hours, closed_on_holidays=True, region=region), good_friday)
    assert weeks.is_open(Week(OFFICE.hours, closed_on_holidays=True, region="Zone A"), good_friday)
    abolition = paris("2026-04-27 10:00")
    assert not weeks.is_open(Week(OFFICE.hours, closed_on_holidays=True, region="976"), abolition)


def test_an_exception_says_otherwise_than_the_week_and_the_holiday():
    worked = Exceptional(date(2026, 5, 25), date(2026, 5, 25), is_open=True)
    saturday = Exceptional(date(2026, 11, 21), date(2026, 11, 21), is_open=True, span=NOON)
    august = Exceptional(date(2026, 8, 1), date(2026, 8, 15), is_open=False)
    week = Week(OFFICE.hours, (worked, saturday, august), closed_on_holidays=True)
    assert weeks.is_open(week, paris("2026-05-25 10:00"))
    assert weeks.is_open(week, paris("2026-11-21 12:30"))
    assert not weeks.is_open(week, paris("2026-11-21 10:00"))
    assert weeks.opens_on(week, date(2026, 11, 21))
    assert not weeks.opens_on(week, date(2026, 11, 22))
    assert weeks.next_opening(week, paris("2026-07-31 18:00")) == paris("2026-08-17 08:00")


def test_spans_that_touch_or_overlap_are_one_open_time():
    week = Week(hours=((Span(time(8), time(12)), Span(time(12), time(14)), Span(time(13), time(15))),) * 7)
    assert weeks.next_closing(week, paris("09:00")) == paris("15:00")
    assert open_minutes(week, paris("00:00"), paris("23:00")) == 7 * 60


def test_the_hour_that_does_not_exist_is_the_instant_of_the_change():
    forward = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert weeks.instant(date(2026, 3, 29), time(2, 30)) == forward
    assert weeks.instant(date(2026, 3, 29), time(3)) == forward
    assert weeks.next_opening(daily("02:30", "05:00"), paris("2026-03-29 00:00")) == forward
    assert not weeks.opens_on(daily("02:00", "02:30"), date(2026, 3, 29))
    assert open_minutes(daily("01:00", "02:30"), paris("2026-03-29 00:00"), paris("2026-03-29 12:00")) == 60


def test_the_hour_that_comes_twice_opens_at_the_first_and_closes_at_the_second():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    opened, closed = daily("02:30", "05:00"), daily("01:00", "02:30")
    midnight = paris("2026-10-25 00:00")
    assert weeks.next_opening(opened, midnight) == first
    assert weeks.is_open(opened, second)
    assert weeks.next_closing(closed, paris("2026-10-25 01:30")) == second
    assert open_minutes(closed, midnight, paris("2026-10-25 12:00")) == 150


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_a_whole_day_has_the_hours_that_the_clock_gives_it(day, hours):
    start = paris(f"{day} 00:00")
    week = daily("00:00", "00:00", exceptions=(Exceptional(date(2000, 1, 1), date(2000, 1, 1), is_open=False),))
    end = weeks.add(week, start, hours * 60)
    assert end.astimezone(PARIS).replace(tzinfo=None) == start.replace(tzinfo=None) + timedelta(days=1)
    assert open_minutes(week, start, end) == hours * 60


def test_minutes_pass_through_the_night_of_each_change():
    night = daily("22:00", "00:00"), daily("00:00", "06:00")
    assert weeks.add(night[1], paris("2026-03-28 23:00"), 240) == paris("2026-03-29 05:00")
    assert weeks.add(night[1], paris("2026-10-24 23:00"), 240) == paris("2026-10-25 03:00")
    assert weeks.add(night[0], paris("2026-10-24 23:00"), 90) == paris("2026-10-25 22:30")


@pytest.mark.parametrize("zone", ["America/Havana", "America/Santiago", "Pacific/Noumea", "Australia/Lord_Howe"])
def test_other_clocks_have_no_day_too_many(zone, settings):
    settings.TIME_ZONE = zone
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    end = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    week = daily("00:00", "00:00", exceptions=(Exceptional(date(2000, 1, 1), date(2000, 1, 1), is_open=False),))
    assert open_minutes(week, start, end) == (end - start) // timedelta(minutes=1)
    assert timezone.get_default_timezone_name() == zone


def test_years_that_no_calendar_reckons_with():
    late = datetime(2300, 5, 1, 10, tzinfo=UTC)
    for ask in (weeks.is_open, weeks.next_opening, weeks.next_closing):
        with refused(Invalid, "implausible"):
            ask(OFFICE, late)
    with refused(Invalid, "implausible"):
        weeks.add(OFFICE, datetime(9999, 12, 31, 23, tzinfo=UTC), 10)
    assert weeks.is_open(OFFICE, paris("2150-05-04 10:00"))


hours = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
spans = st.builds(Span, hours, hours).filter(lambda one: one.closes == time(0) or one.opens < one.closes)
days = st.lists(spans, max_size=3).map(tuple)
some_weeks = st.builds(
    Week, hours=st.tuples(*[days] * 7).filter(any), closed_on_holidays=st.booleans(), region=st.sampled_from(["", "57"])
)
moments = st.builds(
    lambda minutes, zone: (datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 230 * 24 * 60),
    st.sampled_from([UTC, PARIS]),
)


@settings(max_examples=150, deadline=None)
@given(some_weeks, moments, st.integers(0, 4000))
def test_what_is_added_is_what_is_counted(week, at, minutes):
    due = weeks.add(week, at, minutes)
    assert due >= at
    assert open_minutes(week, at, due) == minutes
    assert weeks.is_open(week, due) or weeks.is_open(week, due - timedelta(microseconds=1))


@settings(max_examples=150, deadline=None)
@given(some_weeks, moments)
def test_openings_and_closings_are_where_it_changes(week, at):
    instant = timedelta(microseconds=1)
    opening, closing = weeks.next_opening(week, at), weeks.next_closing(week, at)
    if opening is not None:
        assert opening > at or not weeks.is_open(week, at)
        assert weeks.is_open(week, opening)
        assert not weeks.is_open(week, opening - instant) or opening == at
    if closing is not None:
        assert not weeks.is_open(week, closing)
        assert weeks.is_open(week, closing - instant)


@settings(max_examples=60, deadline=None)
@given(some_weeks, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_the_open_times_of_a_day_are_in_order_and_apart(week, day):
    found = weeks.openings(week, day)
    assert all(one.start < one.end for one in found)
    assert all(one.end < after.start for one, after in pairwise(found))


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        ("2026-11-20 20:00", "2026-11-23 07:00"),
        ("2026-11-20 19:59", "2026-11-20 00:00"),
        ("2026-12-24 23:59", "2026-12-24 00:00"),
        ("2026-12-25 00:00", "2026-12-28 07:00"),
    ],
)
def test_what_is_closed_reopens(at, opens_at):
    """Of what is open, the open time that goes on."""
    assert weeks.reopening(WEEK_HOSPITAL, paris(at)) == paris(opens_at)


def test_what_never_opens_neither_reopens_nor_closes():
    assert weeks.reopening(NEVER, paris("2026-11-20 20:00")) is None
    assert weeks.long_closing(NEVER, paris("2026-11-20 20:00")) is None
    one_day = date(2026, 11, 21)
    opened = Week(hours=((),) * 7, exceptions=(Exceptional(one_day, one_day, is_open=True, span=NOON),))
    assert weeks.reopening(opened, paris("2026-11-20 20:00")) == paris("2026-11-21 12:00")
    assert weeks.reopening(opened, paris("2026-11-21 13:00")) is None


@pytest.mark.parametrize(
    ("week", "at", "found"),
    [
        (ALWAYS, "2026-11-20 12:00", None),
        (daily("08:00", "19:00"), "2026-11-20 12:00", None),
        (daily("08:00", "00:00"), "2026-11-20 12:00", None),
        (OFFICE, "2026-11-19 09:00", None),
        (OFFICE, "2026-11-20 09:00", ("2026-11-20 17:00", "2026-11-23 08:00")),
        (WEEK_HOSPITAL, "2026-11-17 12:00", ("2026-11-20 20:00", "2026-11-23 07:00")),
        (WEEK_HOSPITAL, "2026-11-10 12:00", ("2026-11-11 00:00", "2026-11-12 00:00")),
        (weeks.WORKING_DAYS, "2026-11-20 12:00", ("2026-11-21 00:00", "2026-11-23 00:00")),
        (weeks.WORKING_DAYS, "2026-05-13 12:00", ("2026-05-14 00:00", "2026-05-15 00:00")),
    ],
)
def test_a_night_is_no_long_closing(week, at, found):
    assert weeks.long_closing(week, paris(at)) == (weeks.Closing(*map(paris, found)) if found else None)


def test_the_day_that_lacks_an_hour_is_a_day_off_all_the_same():
    sundays = Week(hours=((WHOLE_DAY,),) * 6 + ((),))
    found = weeks.long_closing(sundays, paris("2026-03-28 12:00"))
    assert found == weeks.Closing(paris("2026-03-29 00:00"), paris("2026-03-30 00:00"))
    assert found.opens_at - found.closes_at == timedelta(hours=23)


@pytest.mark.parametrize(
    ("at", "eve"),
    [("2026-11-19 23:59", False), ("2026-11-20 00:00", True), ("2026-11-20 23:59", True), ("2026-11-21 00:00", False)],
)
def test_the_eve_of_a_closing_at_midnight_is_the_day_that_ends_there(at, eve):
    closing = weeks.Closing(paris("2026-11-21 00:00"), paris("2026-11-23 00:00"))
    assert weeks.is_eve(closing, paris(at)) is eve
