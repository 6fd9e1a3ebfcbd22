"""Opening calendars of units, and the working time of trades."""

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from amh.core import audit
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Role
from amh.core.transactions import VIOLATIONS, act, hold
from wards.models import Calendar, CalendarException, OpeningHours, WorkingTime
from wards.rules import calendars as rules
from wards.rules.calendars import Hours
from wards.weeks import Exceptional

VIOLATIONS["wards_calendar_name_key"] = rules.TAKEN
NAMES = "wards.calendars.names"
"""Held while a name is looked for: the database would keep two that differ by their capitals alone."""


@act
def create(*, name: str, closed_on_holidays: bool, by: User | None, at: datetime) -> Calendar:
    """Make a calendar without hours: never open until it gets some. Raises ``Invalid``, ``Conflict`` or ``Denied``."""
    rules.check_change(by=by)
    hold(NAMES)
    name = rules.check_name(name)
    calendar = Calendar.objects.create(name=name, closed_on_holidays=closed_on_holidays)
    audit.record("calendar.create", subject=calendar, by=by, at=at)
    return calendar


@act
def change(*, calendar: Calendar, name: str, closed_on_holidays: bool, by: User | None, at: datetime) -> None:
    """Give a calendar another name, or let it follow holidays or not. Raises what ``create`` raises."""
    calendar = _locked(calendar)
    rules.check_change(by=by)
    hold(NAMES)
    calendar.name, calendar.closed_on_holidays = rules.check_name(name, but=calendar.pk), closed_on_holidays
    calendar.save(update_fields=["name", "closed_on_holidays"])
    audit.record("calendar.change", subject=calendar, by=by, at=at, closed_on_holidays=closed_on_holidays)


@act
def set_hours(*, calendar: Calendar, hours: Hours, by: User | None, at: datetime) -> None:
    """Give a calendar its week: the spans of each weekday, and none for the others.

    Raises ``Invalid`` (spans that overlap or end before they begin), ``Conflict`` (a trade would never work again) or
    ``Denied``.
    """
    calendar = _locked(calendar)
    rules.check_change(by=by)
    rules.check_hours(hours)
    rules.check_kept_open(calendar, hours)
    calendar.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=calendar, weekday=weekday, opens=span.opens, closes=span.closes)
        for weekday, spans in hours.items()
        for span in spans
    )
    said = {str(weekday): [f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in hours[weekday]] for weekday in hours}
    audit.record("calendar.set_hours", subject=calendar, by=by, at=at, hours=said)


@act
def set_apart(
    *,
    calendar: Calendar,
    first_day: date,
    last_day: date,
    is_open: bool,
    opens: time | None = None,
    closes: time | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> CalendarException:
    """Let some days not follow the week: closed, or open (at their weekday's hours, or from ``opens`` to ``closes``).

    Raises ``Invalid``, ``Conflict`` (another exception speaks of one of these days) or ``Denied``.
    """
    calendar = _locked(calendar)
    rules.check_change(by=by)
    said = Exceptional(first_day, last_day, is_open, rules.span(opens, closes))
    rules.check_exception(calendar, said)
    made = calendar.exceptions.create(
        first_day=first_day, last_day=last_day, is_open=is_open, opens=opens, closes=closes, reason=reason.strip()
    )
    days: dict[str, Any] = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "is_open": is_open}
    audit.record("calendar.set_apart", subject=calendar, by=by, at=at, exception=made.pk, **days)
    return made


@act
def give_back(*, exception: CalendarException, by: User | None, at: datetime) -> None:
    """Let the days of an exception follow their week again. Raises ``Conflict`` (they do already) or ``Denied``."""
    calendar = _locked(exception.calendar)
    rules.check_change(by=by)
    deleted, _by_model = calendar.exceptions.filter(pk=exception.pk).delete()
    if not deleted:
        raise _gone()
    audit.record("calendar.give_back", subject=calendar, by=by, at=at, exception=exception.pk)


@act
def remove(*, calendar: Calendar, by: User | None, at: datetime) -> None:
    """Remove a calendar that nobody follows. Raises ``Conflict`` (in use) or ``Denied``."""
    calendar = _locked(calendar)
    rules.check_change(by=by)
    rules.check_removal(calendar)
    audit.record("calendar.remove", subject=calendar, by=by, at=at)
    calendar.delete()


@act
def set_working_time(*, role: Role, calendar: Calendar | None, by: User | None, at: datetime) -> None:
    """Say in which calendar a trade works; ``None``: always. Raises ``Conflict`` (it never opens) or ``Denied``."""
    rules.check_change(by=by)
    if calendar is None:
        for row in WorkingTime.objects.select_for_update().filter(role=role):
            audit.record("working_time.set", subject=row, by=by, at=at, role=role.value, calendar=None)
            row.delete()
        return
    calendar = _locked(calendar)
    rules.check_working_time(calendar)
    row, _made = WorkingTime.objects.update_or_create(role=role, defaults={"calendar": calendar})
    audit.record("working_time.set", subject=row, by=by, at=at, role=role.value, calendar=calendar.pk)


def _locked(calendar: Calendar) -> Calendar:
    fresh = Calendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).first()
    if fresh is None:
        raise _gone()
    return fresh


def _gone() -> Conflict:
    """Say that somebody has just removed what is to be changed."""
    return Conflict(_("Quelqu’un vient de le retirer. Recharger la page."), code="gone")
