"""Moments of the demonstration, all counted from the moment at which it is made."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

MORNING, EVENING = time(7, 30), time(19)


@dataclass(frozen=True)
class Clock:
    """The site's day around ``now``. At night the day's events are squeezed between midnights, never left out."""

    now: datetime

    def day(self, days: int, hour: int, minute: int = 0) -> datetime:
        """That hour of the local clock, ``days`` days from today."""
        return self._today(time(hour, minute)) + timedelta(days=days)

    def at(self, day: date) -> datetime:
        """The midnight with which that day begins."""
        return datetime.combine(day, time(0), tzinfo=timezone.localtime(self.now).tzinfo)

    def earlier(self, share: float) -> datetime:
        """A moment of today before now: 0 is this morning, 1 is now."""
        morning = self._today(MORNING)
        start = morning if self.now - morning > timedelta(hours=1) else self._today(time(0))
        return self._between(start, self.now, share)

    def later(self, share: float) -> datetime:
        """A moment of today after now: 0 is now, 1 is this evening."""
        evening = self._today(EVENING)
        end = evening if evening - self.now > timedelta(hours=1) else self._today(time(23, 59))
        return self._between(self.now, max(self.now, end), share)

    def _today(self, at: time) -> datetime:
        local = timezone.localtime(self.now)
        return datetime.combine(local.date(), at, tzinfo=local.tzinfo)

    @staticmethod
    def _between(start: datetime, end: datetime, share: float) -> datetime:
        return (start + (end - start) * share).replace(microsecond=0)
