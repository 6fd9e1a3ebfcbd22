"""The hour at which the tests live."""

from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
LONG_AGO = datetime(2020, 1, 1, tzinfo=PARIS)
NOW = datetime(2026, 11, 21, 14, 32, 20, tzinfo=PARIS)
"""A Saturday, in the middle of a minute as real acts are."""


def paris(text: str) -> datetime:
    """A moment on the hospital's clock: « 2026-11-21 14:32 », or « 14:32 » on the day of ``NOW``."""
    day, _, hour = text.rpartition(" ")
    return datetime.fromisoformat(f"{day or NOW.date()} {hour}").replace(tzinfo=PARIS)
