"""Calendars made by the real actions."""

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import count

from tests.factories.clocks import LONG_AGO
from wards.actions import calendars
from wards.models import Calendar, OpeningHours, WorkingTime
from wards.weeks import Span

numbers = count(1)
MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(13, 30), time(17))
OFFICE_HOURS = {weekday: [MORNING, AFTERNOON] for weekday in range(5)}


def a_calendar(
    name: str = "", *, hours: Mapping[int, Sequence[Span]] | None = None, closed_on_holidays: bool = True
) -> Calendar:
    """A calendar with these hours; without any, it never opens."""
    name = name or f"Calendrier {next(numbers)}"
    made = calendars.create(name=name, closed_on_holidays=closed_on_holidays, by=None, at=LONG_AGO)
    if hours:
        calendars.set_hours(calendar=made, hours=hours, by=None, at=LONG_AGO)
    return made


def working(role: str, *days: int, opens: time = time(9), closes: time = time(17)) -> None:
    """The trade works on these days of the week."""
    calendar = Calendar.objects.create(name=f"Temps {role}", closed_on_holidays=False)
    for day in days:
        OpeningHours.objects.create(calendar=calendar, weekday=day, opens=opens, closes=closes)
    WorkingTime.objects.create(role=role, calendar=calendar)
