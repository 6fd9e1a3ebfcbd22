"""Moments in the address of the board: read on the site's clock, and written so that they are read back the same."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.errors import Invalid


def read(text: str, *, field: str) -> datetime | None:
    """The moment, in universal time, of which ``text`` is the hour on the site's clock unless it tells its zone.

    Of the hour that comes twice in autumn the first is meant. Raises ``Invalid`` for what is no moment, and for the
    hour that spring leaves out.
    """
    if not text:
        return None
    try:
        at = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or not dates.plausible(at):
        sentence = _("Indiquer une date et une heure, par exemple 2026-11-21T14:00.")
        raise Invalid(sentence, code="bad_moment", field=field)
    return at.astimezone(UTC) if timezone.is_aware(at) else _on_the_clock(at, field)


def _on_the_clock(wall: datetime, field: str) -> datetime:
    found = dates.readings(wall)
    if not found:
        sentence = _("Il n’y a pas de %s ce jour-là : les horloges avancent d’une heure.") % f"{wall:%H:%M}"
        raise Invalid(sentence, code="skipped_hour", field=field)
    return found[0]


def written(at: datetime) -> str:
    """The minute of ``at`` on the site's clock, with its zone only where the same hour comes twice."""
    there = dates.local(at)
    return there.isoformat(timespec="minutes") if comes_twice(at) else f"{there:%Y-%m-%dT%H:%M}"


def comes_twice(at: datetime) -> bool:
    """Tell whether the site's clock shows this hour twice, on the night when it goes back."""
    return len(dates.readings(dates.local(at).replace(tzinfo=None, fold=0))) > 1


def the_other(at: datetime) -> datetime:
    """The other moment at which the site's clock shows the hour of ``at``, which ``comes_twice``."""
    first, second = dates.readings(dates.local(at).replace(tzinfo=None, fold=0))
    return second if at.timestamp() == first.timestamp() else first
