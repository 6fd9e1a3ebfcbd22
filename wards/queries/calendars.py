"""Calendars as weeks to reckon with, and when a trade's work falls due."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from amh.core import parameters
from wards import weeks
from wards.models import Calendar, CalendarException, OpeningHours, Unit, WorkingTime
from wards.weeks import ALWAYS, Exceptional, Span, Week


def weeks_of(calendars: Iterable[Calendar]) -> dict[int, Week]:
    """Each calendar by its id, in three queries for all of them."""
    calendars = list(calendars)
    ids = [calendar.pk for calendar in calendars]
    if not ids:
        return {}
    hours, exceptions = _hours(ids), _exceptions(ids)
    region = parameters.value("holiday_region").strip()
    return {
        one.pk: Week(
            hours=tuple(tuple(hours[one.pk, weekday]) for weekday in range(7)),
            exceptions=tuple(exceptions[one.pk]),
            closed_on_holidays=one.closed_on_holidays,
            region=region,
        )
        for one in calendars
    }


def _hours(ids: Collection[int]) -> dict[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for row in OpeningHours.objects.filter(calendar__in=ids).order_by("weekday", "opens"):
        found[row.calendar_id, row.weekday].append(Span(row.opens, row.closes))
    return found


def _exceptions(ids: Collection[int]) -> dict[int, list[Exceptional]]:
    found: dict[int, list[Exceptional]] = defaultdict(list)
    for row in CalendarException.objects.filter(calendar__in=ids).order_by("first_day", "pk"):
        span = None if row.opens is None or row.closes is None else Span(row.opens, row.closes)
        found[row.calendar_id].append(Exceptional(row.first_day, row.last_day, row.is_open, span))
    return found


def week_of(calendar: Calendar) -> Week:
    """The calendar to reckon with, in three queries."""
    return weeks_of([calendar])[calendar.pk]


def weeks_of_units(units: Iterable[Unit]) -> dict[int, Week]:
    """When each of these units is open, in four queries for all of them."""
    units = list(units)
    known = weeks_of(Calendar.objects.filter(pk__in={unit.calendar_id for unit in units}))
    return {unit.pk: known.get(unit.calendar_id or 0, ALWAYS) for unit in units}


def week_of_unit(unit: Unit) -> Week:
    """When the unit is open; always when it has no calendar."""
    return weeks_of_units([unit])[unit.pk]


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
