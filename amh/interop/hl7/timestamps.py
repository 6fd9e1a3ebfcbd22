"""HL7 timestamps (2.5 §2.A.77) and the ISO forms that other systems write in their place."""

import re
from datetime import UTC, datetime, timedelta, timezone

from django.utils.timezone import get_default_timezone, make_aware

from amh.core import dates

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6})\d*)?)?)?)?([+-]\d{4})?", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))? ?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_BIRTH = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T \d+].*)?)?)?", re.ASCII)
_YEARS = range(1850, 2201)
_FAST_CLOCK = timedelta(minutes=5)
"""How far the clock of a sender may be ahead of ours."""


def read(text: str, *, received_at: datetime) -> datetime | None:
    """Return the instant, by the site's clock when no zone is written; ``None`` when it cannot be read.

    ``MM/DD/YYYY`` and ``DD/MM/YYYY`` are not guessed. A day without an hour is its midnight. An hour that comes twice
    in autumn is the second one, once ``received_at`` has reached it; one that spring leaves out is the next.
    """
    found = _COMPACT.fullmatch(_compact(text.strip()))
    if not found:
        return None
    *parts, fraction, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    microsecond = int((fraction or "").ljust(6, "0"))
    try:
        naive = datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001
        return _instant(naive, zone, received_at) if naive.year in _YEARS else None
    except (ValueError, OverflowError):
        return None


def is_day(text: str) -> bool:
    """Tell whether a readable timestamp names a day without an hour."""
    return len(_compact(text.strip()).split("+")[0].split("-")[0]) == len("YYYYMMDD")


def birth_date(text: str) -> str | None:
    """Return a FHIR partial date (``1979-03-28``, ``1979-03``, ``1979``), ``""`` for unknown, ``None`` if impossible.

    A day or a month written 00 is unknown: the date stops before it.
    """
    found = _BIRTH.fullmatch(text.strip())
    if not found or not text.strip("0 -"):
        return None if text.strip("0 -") else ""
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        datetime(year, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if year not in _YEARS:
        return None
    known = [f"{year:04}", f"{month:02}", f"{day:02}"]
    return "-".join(known[: 1 if not month else 2 if not day else 3])


def _compact(text: str) -> str:
    found = _ISO.fullmatch(text)
    if not found:
        return text
    *parts, zone = (part or "" for part in found.groups())
    return "".join(parts) + ("+0000" if zone == "Z" else zone.replace(":", ""))


def _instant(naive: datetime, zone: str | None, received_at: datetime) -> datetime:
    if not zone:
        return _local(naive, received_at)
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return naive.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset)).astimezone(UTC)


def _local(naive: datetime, received_at: datetime) -> datetime:
    found = dates.readings(naive) or [make_aware(naive, get_default_timezone()).astimezone(UTC)]
    reached = [at for at in found if at <= received_at + _FAST_CLOCK]
    return reached[-1] if reached else found[0]
