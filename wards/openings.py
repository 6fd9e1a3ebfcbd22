"""When a calendar is open, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from amh.core.dates import until, when
from amh.core.errors import Invalid
from wards import holidays, weeks
from wards.models import CalendarException
from wards.weeks import Span, Week


@dataclass(frozen=True)
class Preview:
    """Whether it is open, and until when or from when."""

    is_open: bool
    words: str


def preview(week: Week, at: datetime) -> Preview:
    """Say whether it is open at ``at``, and when that changes."""
    try:
        if not weeks.is_open(week, at):
            opening = weeks.next_opening(week, at) or at
            return Preview(is_open=False, words=_("fermé, ouvre %s") % when(opening, now=at))
        closing = weeks.next_closing(week, at)
    except Invalid:
        return Preview(is_open=False, words=_("n’ouvre jamais"))
    if closing is None:
        return Preview(is_open=True, words=_("toujours ouvert"))
    return Preview(is_open=True, words=_("ouvert %s") % until(closing, now=at))


@dataclass(frozen=True)
class DayPreview:
    """A day to come: its spans and, when they are not those of its weekday, why."""

    day: date
    spans: tuple[Span, ...]
    why: str


def days_to_come(week: Week, exceptions: list[CalendarException], first: date, *, count: int) -> list[DayPreview]:
    """The next ``count`` days from ``first`` on."""
    days = (first + timedelta(days=number) for number in range(count))
    return [DayPreview(day, tuple(week.spans_on(day)), _why(week, exceptions, day)) for day in days]


def _why(week: Week, exceptions: list[CalendarException], day: date) -> str:
    for one in exceptions:
        if one.first_day <= day <= one.last_day:
            return one.reason or _("exception")
    is_holiday = week.closed_on_holidays and day in holidays.of_year(day.year, week.region)
    return _("jour férié") if is_holiday else ""
