"""Moments and dates as the ward writes them: « sam. 21 nov. 14:32 », « 2 h 10 », partial birth dates."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

IMPLAUSIBLE = gettext_lazy("Une date entre 1900 et 2199 est attendue.")


def plausible(at: date) -> bool:
    """Tell whether a day or moment that was typed can be meant: between 1900 and 2199."""
    return 1900 <= at.year < 2200


def local(at: datetime) -> datetime:
    """``at`` on the site's clock: the one time zone of the hospital, looked up faster than Django's active one."""
    return at.astimezone(timezone.get_default_timezone())


def readings(wall: datetime) -> list[datetime]:
    """The moments that an hour of the site's clock may mean, in universal time and in order.

    One as a rule; two in the hour that comes twice in autumn, none in the one that spring leaves out.
    """
    zone = timezone.get_default_timezone()
    found = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in found if local(at).replace(tzinfo=None, fold=0) == wall)


def clock(at: datetime) -> str:
    """Hour and minute on the site's clock: 14:32."""
    return f"{local(at):%H:%M}"


def moment(at: datetime, *, now: datetime) -> str:
    """The hour alone for today, otherwise the day too: « 14:32 », « sam. 21 nov. 14:32 », « lun. 5 mai 2031 10:00 »."""
    return dated(at, today=local(now).date())


def dated(at: datetime, *, today: date) -> str:
    """The same, for a day that is already known: nothing else of the present hour shows."""
    there = local(at)
    if there.date() == today:
        return f"{there:%H:%M}"
    return f"{far_day(at, today=today)} {there:%H:%M}"


def when(at: datetime, *, now: datetime) -> str:
    """The moment within a sentence: « à 14:32 », « le sam. 21 nov. à 14:32 »."""
    return when_dated(at, today=local(now).date())


def when_dated(at: datetime, *, today: date) -> str:
    """The same, for a day that is already known."""
    if local(at).date() == today:
        return _("à %s") % clock(at)
    return _("le %(day)s à %(time)s") % {"day": far_day(at, today=today), "time": clock(at)}


def until(at: datetime, *, now: datetime) -> str:
    """The end of what lasts, within a sentence: « jusqu’à 14:32 », « jusqu’au sam. 21 nov. à 14:32 »."""
    today = local(now).date()
    if local(at).date() == today:
        return _("jusqu’à %s") % clock(at)
    return _("jusqu’au %(day)s à %(time)s") % {"day": far_day(at, today=today), "time": clock(at)}


def day(at: datetime) -> str:
    """The day as a card shows it: « dim. 22 »."""
    # Translators: a date format of Django: the day of the week, the day.
    return _day(local(at).date(), _("D. j"), get_language() or "")


@lru_cache(maxsize=1_000)
def _day(at: date, form: str, language: str) -> str:
    return date_format(at, form)


def far_day(at: datetime, *, today: date) -> str:
    """A day of another week, with its month, and another year: « jeu. 3 déc. », « lun. 5 mai 2031 »."""
    there = local(at).date()
    # Translators: two date formats of Django: the day of the week, the day, the month; then the year too.
    form = _("D. j N") if there.year == today.year else _("D. j N Y")
    return _day(there, form, get_language() or "")


def duration(length: timedelta) -> str:
    """Length in words: « 45 min », « 2 h 10 », « 3 j »."""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 60:
        return _("%d min") % minutes
    if minutes < 24 * 60:
        return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%d j") % (minutes // (24 * 60))


def birth(value: str) -> str:
    """A birth date that may lack its day or month, as people read it: 12/03/1958, 03/1958, 1958."""
    return "/".join(reversed(value.split("-"))) if value else ""


def age(value: str, *, on: date) -> int | None:
    """Full years since a birth date that may be partial (its missing month and day count as January the 1st)."""
    if not value:
        return None
    year, month, day_ = (int(part) for part in (value + "-01-01").split("-")[:3])
    years = on.year - year - ((on.month, on.day) < (month, day_))
    return max(years, 0)
