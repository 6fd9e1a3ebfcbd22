"""When the units open and the trades work: the calendars of the demonstration hospital (WR-5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from amh.core.models import User
from amh.core.roles import Role
from amh.demo.people import telephone
from amh.demo.scenes import Scene
from amh.demo.sites import REGION
from wards import weeks
from wards.actions import calendars, units
from wards.actions.units import Description
from wards.models import Calendar, Weekday
from wards.queries.calendars import week_of
from wards.weeks import Span, Week

MIDNIGHT = time(0)
WORKING_DAYS = tuple(Weekday)[:5]


@dataclass(frozen=True)
class Opening:
    """A calendar: its week, the units that follow it, the trades that work in it."""

    name: str
    hours: Mapping[int, tuple[Span, ...]]
    units: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


def daily(opens: int, closes: int) -> dict[int, tuple[Span, ...]]:
    """The same hours on every working day."""
    return {day: (Span(time(opens), time(closes)),) for day in WORKING_DAYS}


MONDAY_TO_FRIDAY: Mapping[int, tuple[Span, ...]] = {
    **{day: (Span(MIDNIGHT, MIDNIGHT),) for day in WORKING_DAYS},
    Weekday.MONDAY: (Span(time(7), MIDNIGHT),),
    Weekday.FRIDAY: (Span(MIDNIGHT, time(20)),),
}

WEEK = Opening("Hôpital de semaine", MONDAY_TO_FRIDAY, units=("CUR",))
OPENINGS = (
    WEEK,
    Opening("Hôpital de jour", daily(8, 19), units=("HDJ",)),
    Opening("Ambulatoire et bloc", daily(7, 20), units=("ACA", "BLOC1")),
    Opening("Journée des AMH", daily(8, 18), roles=(Role.AMH, Role.TEAM_LEAD)),
    Opening(
        "Bureaux",
        daily(9, 17),
        roles=(Role.SOCIAL_WORKER, Role.DIETICIAN, Role.ADMISSIONS_OFFICE, Role.ADMINISTRATOR, Role.PHYSICIST),
    ),
)


def describe(scene: Scene) -> None:
    """Make the calendars, and give each unit its telephone and its opening hours."""
    by, at = scene.staff.users["admin"], scene.clock.day(-90, 9)
    followed: dict[str, Calendar] = {}
    for opening in OPENINGS:
        calendar = _make(opening, by=by, at=at)
        followed |= dict.fromkeys(opening.units, calendar)
        if opening is WEEK:
            _open_today(calendar, scene, by=by, at=at)
            _close_in_august(calendar, scene, by=by, at=at)
    for number, (code, unit) in enumerate(scene.hospital.units.items(), start=1):
        said: Description = {"phone": telephone(number * 100), "calendar": followed.get(code)}
        units.change(unit=unit, said=said, by=by, at=at)


def shut(at: datetime) -> dict[str, datetime]:
    """The day units that are closed at ``at``, by code, and when each opens again: nobody is in them then."""
    known = {
        code: Week(tuple(opening.hours.get(day, ()) for day in range(7)), closed_on_holidays=True, region=REGION)
        for opening in OPENINGS
        for code in opening.units
        if opening is not WEEK
    }
    return {
        code: opens_at
        for code, week in known.items()
        if not weeks.is_open(week, at) and (opens_at := weeks.reopening(week, at)) is not None
    }


def _make(opening: Opening, *, by: User, at: datetime) -> Calendar:
    calendar = calendars.create(name=opening.name, closed_on_holidays=True, by=by, at=at)
    calendars.set_hours(calendar=calendar, hours=opening.hours, by=by, at=at)
    for role in opening.roles:
        calendars.set_working_time(role=role, calendar=calendar, by=by, at=at)
    return calendar


def _open_today(calendar: Calendar, scene: Scene, *, by: User, at: datetime) -> None:
    """On a day off the week hospital is open all the same: people are there, whatever the day of the demonstration."""
    today = timezone.localdate(scene.now)
    if not weeks.is_open(week_of(calendar), scene.now):
        calendars.set_apart(
            calendar=calendar,
            first_day=today,
            last_day=today,
            is_open=True,
            opens=MIDNIGHT,
            closes=MIDNIGHT,
            reason="Ouverture exceptionnelle",
            by=by,
            at=at,
        )


def _close_in_august(calendar: Calendar, scene: Scene, *, by: User, at: datetime) -> None:
    first, last = august(timezone.localdate(scene.now))
    calendars.set_apart(
        calendar=calendar, first_day=first, last_day=last, is_open=False, reason="Fermeture d’août", by=by, at=at
    )


def august(today: date) -> tuple[date, date]:
    """The first and the last day of the next closing of August."""
    year = today.year + (today >= date(today.year, 8, 1))
    return date(year, 8, 1), date(year, 8, 16)
