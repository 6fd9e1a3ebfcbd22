"""« Qui couvre quelle unité ? »: one day of the team, as its page says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import dates
from amh.core.errors import Invalid
from amh.core.models import User
from wards import weeks
from wards.models import Absence, Cover, Duty, Unit
from wards.models.covers import Spell
from wards.queries import teams
from wards.queries.teams import TRADE, Staffing

A_DAY = timedelta(days=1)
NIGHT_FALLS, NIGHT_ENDS = time(20), time(8)


class Presence(StrEnum):
    """What can be said of a unit in a word; only the last is loud."""

    CLOSED = "closed"
    OFF = "off"
    HELD = "held"
    NOBODY = "nobody"


WORDS: dict[Presence, Promise] = {
    Presence.CLOSED: gettext_lazy("Unité fermée"),
    Presence.OFF: gettext_lazy("Hors horaires"),
    Presence.HELD: gettext_lazy("Assurée"),
    Presence.NOBODY: gettext_lazy("Personne"),
}


def asking(day: date) -> str:
    """What an address asks for a day by."""
    return f"?jour={day:%Y-%m-%d}"


@dataclass(frozen=True)
class Day:
    """A day of the site's calendar; ``now`` is the instant of the request when that is today."""

    date: date
    now: datetime | None
    start: datetime
    end: datetime

    @property
    def query(self) -> str:
        """What the addresses of dialogs carry, so that they lead back to this day."""
        return asking(self.date)

    @property
    def night(self) -> tuple[datetime, datetime]:
        """From the evening to the next morning."""
        return weeks.instant(self.date, NIGHT_FALLS), weeks.instant(self.date + A_DAY, NIGHT_ENDS)

    def written(self, at: datetime) -> str:
        """A moment, without its day when that is this one."""
        return dates.dated(at, today=self.date)


def day(text: str, *, now: datetime) -> Day:
    """The day that ``?jour=`` asks for, today without it. Raises ``Invalid`` for what is no day."""
    today = dates.local(now).date()
    try:
        asked = date.fromisoformat(text) if text else today
    except ValueError:
        asked = date.min
    if not dates.plausible(asked):
        raise Invalid(_("Indiquer un jour, par exemple 2026-11-21."), code="bad_day", field="jour")
    start, end = weeks.instant(asked, weeks.MIDNIGHT), weeks.instant(asked + A_DAY, weeks.MIDNIGHT)
    return Day(asked, now if asked == today else None, start, end)


@dataclass(frozen=True)
class Said:
    """Something that holds for a time, with its hours in words."""

    row: Cover | Absence | Duty
    hours: str
    holds: bool
    """Now, when the day is today; that day, otherwise."""


@dataclass(frozen=True)
class Row:
    """One unit: who works there and is here, who is away, who covers it, and who else belongs to it."""

    unit: Unit
    presence: Presence
    working: bool
    """Whether the trade works there then: those of ``present`` are there, and not only not away."""
    present: list[User]
    absent: list[Said]
    covers: list[Said]
    others: list[User]
    mine: Cover | None
    """The reader's own cover."""
    may_be_taken: bool
    """Whether the reader is not there already."""

    @property
    def word(self) -> Promise:
        """The presence, in words."""
        return WORDS[self.presence]


@dataclass(frozen=True)
class Team:
    """Every unit of the day, those where nobody is, and who is on call."""

    day: Day
    rows: list[Row]
    duties: list[Said]
    tonight: bool
    """Whether somebody is on call for the night."""

    @property
    def nobody(self) -> list[Unit]:
        """The units where somebody should be, and nobody is."""
        return [row.unit for row in self.rows if row.presence == Presence.NOBODY]


def read(day: Day, *, by: User) -> Team:
    """The team of a day, as ``by`` sees it."""
    night_falls, night_ends = day.night
    staffing = teams.read(day.start, day.end, night_end=night_ends)
    return Team(
        day=day,
        rows=[_row(unit, staffing, day, by) for unit in staffing.units],
        duties=[_said(one, day) for one in staffing.duties],
        tonight=any(one.starts_at < night_ends and one.ends_at > night_falls for one in staffing.duties),
    )


def _row(unit: Unit, staffing: Staffing, day: Day, by: User) -> Row:
    members = staffing.members.get(unit.pk, [])
    trade = [user for user in members if user.role == TRADE]
    present = [user for user in trade if not _is_away(staffing.absences.get(user.pk, ()), staffing, day)]
    covers = staffing.covers.get(unit.pk, [])
    closure = _closure(unit, staffing, day)
    mine = next((one for one in covers if one.user_id == by.pk and _holds(one, day)), None)
    return Row(
        unit=unit,
        presence=_presence(closure, held=any(_holds(one, day) for one in covers), present=bool(present)),
        working=closure is None,
        present=present,
        absent=[_said(one, day) for user in trade for one in _of(user, staffing)],
        covers=[_said(one, day) for one in covers],
        others=[user for user in members if user.role != TRADE],
        mine=mine,
        may_be_taken=mine is None and by not in present,
    )


def _of(user: User, staffing: Staffing) -> list[Absence]:
    """The absences of a person, who is set on them: the query does not read them again."""
    found = staffing.absences.get(user.pk, [])
    for one in found:
        one.user = user
    return found


def _presence(closure: Presence | None, *, held: bool, present: bool) -> Presence:
    if held:
        return Presence.HELD
    return closure or (Presence.HELD if present else Presence.NOBODY)


def _closure(unit: Unit, staffing: Staffing, day: Day) -> Presence | None:
    """Why nobody is awaited there: the unit is closed, or the trade is off."""
    if not _is_open(staffing.weeks[unit.pk], day):
        return Presence.CLOSED
    return None if _is_open(staffing.trade, day) else Presence.OFF


def _is_open(week: weeks.Week, day: Day) -> bool:
    """Now, when the day is today; at any hour of it, otherwise."""
    return weeks.is_open(week, day.now) if day.now else weeks.opens_on(week, day.date)


def _is_away(absences: Sequence[Absence], staffing: Staffing, day: Day) -> bool:
    """Now, when the day is today; for all that the trade works on it, otherwise."""
    if day.now:
        return any(_holds(one, day) for one in absences)
    hours = weeks.openings(staffing.trade, day.date)
    return bool(hours) and all(_spans(absences, one) for one in hours)


def _spans(absences: Iterable[Absence], hours: weeks.Opening) -> bool:
    return any(one.starts_at <= hours.start and hours.end <= one.ends_at for one in absences)


def _holds(one: Spell, day: Day) -> bool:
    return one.starts_at <= day.now < one.ends_at if day.now else one.starts_at < day.end and one.ends_at > day.start


def _said(row: Cover | Absence | Duty, day: Day) -> Said:
    facts = {"from": day.written(row.starts_at), "to": day.written(row.ends_at)}
    before = row.starts_at <= (day.now or day.start)
    hours = _("jusqu’à %(to)s") % facts if before else _("de %(from)s à %(to)s") % facts
    if day.now and row.ends_at <= day.now:
        hours = _("terminé à %(to)s") % facts
    return Said(row, hours, _holds(row, day))
