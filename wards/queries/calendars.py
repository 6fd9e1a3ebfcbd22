"""Calendars as weeks to reckon with: which units are shut or close soon, and when a trade's work falls due."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from amh.core import dates, parameters
from wards import weeks
from wards.models import Calendar, CalendarException, OpeningHours, Unit, WorkingTime
from wards.weeks import ALWAYS, WORKING_DAYS, Closing, Exceptional, Span, Week

EVE = time(14)
"""When, on the eve of days off, what they would leave undone is asked for."""


def weeks_of(calendars: Iterable[Calendar]) -> dict[int, Week]:
    """Each calendar by its id, in two statements for all of them; none for none."""
    ids = [calendar.pk for calendar in calendars]
    return _weeks(_whole(Calendar.objects.filter(pk__in=ids))) if ids else {}


def _whole(calendars: QuerySet[Calendar]) -> list[Calendar]:
    """Calendars with their hours and exceptions, in the one statement that finds them."""
    hours = OpeningHours.objects.filter(calendar=OuterRef("pk")).order_by("weekday", "opens")
    exceptions = CalendarException.objects.filter(calendar=OuterRef("pk")).order_by("first_day", "pk")
    shape = dict.fromkeys(("first_day", "last_day", "is_open", "opens", "closes"))
    return list(
        calendars.annotate(
            said_hours=ArraySubquery(hours.values(said=JSONObject(weekday="weekday", opens="opens", closes="closes"))),
            said_exceptions=ArraySubquery(exceptions.values(said=JSONObject(**{name: name for name in shape}))),
        )
    )


def _weeks(calendars: Iterable[Any]) -> dict[int, Week]:
    calendars = list(calendars)
    region = parameters.value("holiday_region").strip() if calendars else ""
    return {
        one.pk: Week(
            hours=_hours(one.said_hours),
            exceptions=tuple(_exceptional(said) for said in one.said_exceptions),
            closed_on_holidays=one.closed_on_holidays,
            region=region,
        )
        for one in calendars
    }


def _hours(said: Iterable[dict[str, Any]]) -> tuple[tuple[Span, ...], ...]:
    found: dict[int, list[Span]] = defaultdict(list)
    for row in said:
        found[row["weekday"]].append(_span(row))
    return tuple(tuple(found[weekday]) for weekday in range(7))


def _exceptional(said: dict[str, Any]) -> Exceptional:
    first, last = (date.fromisoformat(said[name]) for name in ("first_day", "last_day"))
    return Exceptional(first, last, said["is_open"], None if said["opens"] is None else _span(said))


def _span(said: dict[str, Any]) -> Span:
    return Span(time.fromisoformat(said["opens"]), time.fromisoformat(said["closes"]))


def week_of(calendar: Calendar) -> Week:
    """The calendar to reckon with, in two statements."""
    return weeks_of([calendar])[calendar.pk]


def weeks_of_units(units: Iterable[Unit]) -> dict[int, Week]:
    """When each of these units is open, in two statements for all of them; none when no one follows a calendar."""
    units = list(units)
    known = _weeks(_whole(Calendar.objects.filter(pk__in={unit.calendar_id for unit in units})))
    return {unit.pk: known.get(unit.calendar_id or 0, ALWAYS) for unit in units}


def week_of_unit(unit: Unit) -> Week:
    """When the unit is open; always when it has no calendar."""
    return weeks_of_units([unit])[unit.pk]


def shut_by(followed: Mapping[int, Week], at: datetime) -> dict[int, datetime | None]:
    """Of the units that follow these weeks, those that are shut at ``at`` and when each opens next; ``None``: never."""
    return {unit_id: weeks.reopening(week, at) for unit_id, week in followed.items() if not weeks.is_open(week, at)}


def closing_by(followed: Mapping[int, Week], at: datetime, within_hours: float) -> dict[int, Closing]:
    """Of the units that follow these weeks, those open at ``at`` that close for longer than a night in that time."""
    found = {unit_id: weeks.long_closing(week, at) for unit_id, week in followed.items() if weeks.is_open(week, at)}
    latest = at + timedelta(hours=within_hours)
    return {unit_id: one for unit_id, one in found.items() if one is not None and one.closes_at <= latest}


def days_off(at: datetime, *, region: str) -> Closing | None:
    """The days off that begin at the next midnight, once it is 14:00 on their eve (WR-5).

    Saturdays, Sundays and the public holidays of the ``region``; « À boucler avant le week-end ».
    """
    if dates.local(at).time() < EVE:
        return None
    found = weeks.long_closing(replace(WORKING_DAYS, region=region), at)
    return found if found is not None and weeks.is_eve(found, at) else None


def week_of_role(role: str) -> Week:
    """When the trade works; always when nothing is said of it."""
    calendar = Calendar.objects.filter(working_times__role=role).first()
    return week_of(calendar) if calendar else ALWAYS


def followed() -> QuerySet[Calendar]:
    """The calendars, each with the units and trades that follow it, in three queries."""
    return Calendar.objects.prefetch_related("units", "working_times").order_by("name")


def working_times() -> list[WorkingTime]:
    """Every trade that has a calendar, with it."""
    return list(WorkingTime.objects.select_related("calendar").order_by("role"))


def due(*, role: str, start: datetime, minutes: int) -> datetime:
    """When a task of that trade falls due: after so many minutes of its working time since ``start``.

    Raises ``Invalid`` for less than no minutes, and when the trade's calendar never opens again.
    """
    return weeks.add(week_of_role(role), start, minutes)
