"""What every board needs and what seldom changes: the units, when each is open, when each last confirmed its board.

It is kept in the process with a version that one short statement reads anew each time, so that a change holds at the
very next reading: each version of a unit or of a calendar is a row of its history, each value of a parameter and each
confirmation a row of their own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from amh.core import parameters
from amh.core.prepared_statements import Prepared
from wards.models import Unit
from wards.queries import calendars, confirmations
from wards.queries.confirmations import Morning, Said
from wards.weeks import Closing, Week

NEWEST = 32
VERSION = Prepared(
    "hospital_version",
    " UNION ALL ".join(
        f"SELECT sum({key}) FROM (SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT {NEWEST}) newest"  # noqa: S608
        for table, key in (
            ("wards_unitevent", "pgh_id"),
            ("wards_calendarevent", "pgh_id"),
            ("wards_openinghoursevent", "pgh_id"),
            ("wards_calendarexceptionevent", "pgh_id"),
            ("core_parametervalue", "id"),
            ("wards_confirmation", "id"),
        )
    ),
)
"""What any new row of these changes: the sum of the newest numbers. The highest alone would hide one that a slower
transaction commits after it.
"""

Version = tuple[int | None, ...]


@dataclass(frozen=True)
class Hospital:
    """Every unit there ever was, in the order of the board; the week of those that follow a calendar; the last
    confirmation of each; and, of the site, its region for public holidays, the hours before a closing is announced and
    the hour at which boards are confirmed.
    """

    units: tuple[Unit, ...]
    weeks: Mapping[int, Week]
    said: Mapping[int, Said]
    region: str
    notice_hours: int
    confirmation_hour: int

    def in_service(self, at: datetime) -> list[Unit]:
        """The units that exist at ``at``."""
        return [unit for unit in self.units if unit.is_valid(at)]

    def shut(self, at: datetime) -> dict[int, datetime | None]:
        """The units that their calendar closes at ``at``, and when each opens next; ``None``: never."""
        return calendars.shut_by(self._followed(at), at)

    def closing(self, at: datetime, *, within_hours: int | None = None) -> dict[int, Closing]:
        """The units that are open at ``at`` and close for longer than a night within as many hours as the site says."""
        return calendars.closing_by(self._followed(at), at, within_hours or self.notice_hours)

    def _followed(self, at: datetime) -> dict[int, Week]:
        return {unit.pk: self.weeks[unit.pk] for unit in self.in_service(at) if unit.pk in self.weeks}

    def days_off(self, at: datetime) -> Closing | None:
        """The days off that begin at the next midnight, from 14:00 on."""
        return calendars.days_off(at, region=self.region)

    def morning(self, at: datetime) -> Morning:
        """The confirmations that are due on the morning of ``at``."""
        return confirmations.morning(self.in_service(at), self.weeks, hour=self.confirmation_hour, at=at)

    def confirmed(self, at: datetime, *, unit_ids: Collection[int] | None = None) -> Mapping[int, Said]:
        """The last confirmation of each unit up to ``at``; of a moment that is past, read from the rows."""
        if all(one.at <= at for one in self.said.values()):
            return self.said
        return confirmations.last(unit_ids, until=at)


_kept: dict[str, tuple[Version, Hospital]] = {}


def hospital() -> Hospital:
    """The hospital as it is described now: one statement, six when something of it has changed."""
    version = _version()
    kept = _kept.get("hospital")
    if kept is None or kept[0] != version:
        kept = _kept["hospital"] = (version, _read())
    return kept[1]


def _version() -> Version:
    return tuple(number for (number,) in VERSION.rows())


def _read() -> Hospital:
    units = tuple(Unit.objects.all())
    return Hospital(
        units=units,
        weeks=_weeks(units),
        said=confirmations.last(),
        region=parameters.value("holiday_region").strip(),
        notice_hours=parameters.value("closing_notice_hours"),
        confirmation_hour=parameters.value("confirmation_hour"),
    )


def _weeks(units: Iterable[Unit]) -> dict[int, Week]:
    following = [unit for unit in units if unit.calendar_id is not None]
    return calendars.weeks_of_units(following)
