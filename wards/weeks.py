"""Working time: when a calendar is open, and what a number of open minutes comes to.

Hours are those of the site's clock. On the night when it goes forward, an hour that does not exist is the instant of
the change; on the night when it goes back, what opens at an hour that comes twice opens at the first and what closes
then closes at the second: nobody goes home because the clock did.

Everything is reckoned and returned in UTC: two moments of one local zone would be added by what the clock shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.errors import Invalid
from wards import holidays

HORIZON = 3653
"""Days after which an answer would mean nothing: ten years."""
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from an hour to another of the same day; ``closes`` at 00:00 is the midnight that ends it."""

    opens: time
    closes: time


WHOLE_DAY = Span(MIDNIGHT, MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days that do not follow their week: closed, or open, at ``span`` or at their weekday's hours."""

    first_day: date
    last_day: date
    is_open: bool
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """When something is open: spans by weekday from Monday on, and what differs from them."""

    hours: tuple[tuple[Span, ...], ...]
    exceptions: tuple[Exceptional, ...] = ()
    closed_on_holidays: bool = False
    region: str = ""

    @property
    def never_closes(self) -> bool:
        """Open at every instant of every day."""
        whole = all(WHOLE_DAY in spans for spans in self.hours)
        return whole and not self.closed_on_holidays and not self.exceptions

    @property
    def never_opens(self) -> bool:
        """Closed at every instant of every day."""
        return not any(self.hours) and not any(one.is_open and one.span for one in self.exceptions)

    def spans_on(self, day: date) -> Sequence[Span]:
        """The open hours of a day."""
        usual = self.hours[day.weekday()]
        for one in self.exceptions:
            if one.first_day <= day <= one.last_day:
                return _exceptional(one, usual)
        if self.closed_on_holidays and day in holidays.of_year(day.year, self.region):
            return ()
        return usual


def _exceptional(one: Exceptional, usual: Sequence[Span]) -> Sequence[Span]:
    if not one.is_open:
        return ()
    return (one.span,) if one.span else usual


ALWAYS = Week(hours=((WHOLE_DAY,),) * 7)
"""What has no calendar."""
WORKING_DAYS = Week(hours=((WHOLE_DAY,),) * 5 + ((),) * 2, closed_on_holidays=True)
"""Days off are the others."""
A_BREAK = timedelta(hours=4)
"""A closing of no more, over noon say, sends nobody home."""
LONG = timedelta(hours=23)
"""From which a closing is no mere night: the shortest day of the year, when the clock goes forward."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An open time, from an instant to another that is no longer in it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """A time in which something is closed; ``opens_at`` is ``None`` when it never opens again."""

    closes_at: datetime
    opens_at: datetime | None


def is_open(week: Week, at: datetime) -> bool:
    """Tell whether it is open at ``at``. Raises ``Invalid`` for a moment that no calendar reckons with."""
    _check(at)
    return any(one.start <= at < one.end for one in openings(week, dates.local(at).date()))


def opens_on(week: Week, day: date) -> bool:
    """Tell whether it is open at all on that day."""
    return bool(openings(week, day))


def next_opening(week: Week, at: datetime) -> datetime | None:
    """When it next opens after ``at``; ``None`` when it is open without end.

    Raises ``Invalid`` when it is closed for ten years.
    """
    start = next_closing(week, at) if is_open(week, at) else at
    if start is None:
        return None
    found = next(_after(week, start), None)
    if found is None:
        raise _never_open()
    return found.start


def next_closing(week: Week, at: datetime) -> datetime | None:
    """When it closes: the end of the open time of ``at``, or of the next; ``None`` when that is without end.

    Midnight does not close what opens again at that very instant. Raises ``Invalid`` when it is closed for ten years.
    """
    _check(at)
    if week.never_closes:
        return None
    end = None
    for one in _after(week, at):
        if end is not None and one.start > end:
            return end
        end = one.end
    if end is None:
        raise _never_open()
    return end if end - at < HORIZON * A_DAY else None


def reopening(week: Week, at: datetime) -> datetime | None:
    """When what is closed at ``at`` opens again; ``None``: never."""
    if week.never_opens:
        return None
    found = next(_after(week, at), None)
    return found.start if found else None


def long_closing(week: Week, at: datetime) -> Closing | None:
    """The closing that ends the open time of ``at``, or the next one, if it is no mere night; breaks end none."""
    if week.never_closes:
        return None
    end = None
    for one in _after(week, at):
        if end is not None and one.start - end > A_BREAK:
            return Closing(end, one.start) if one.start - end >= LONG else None
        end = one.end
    return Closing(end, None) if end is not None and end - at < HORIZON * A_DAY else None


def is_eve(closing: Closing, at: datetime) -> bool:
    """Tell whether ``at`` is on the last day before a closing."""
    return at < closing.closes_at <= instant(dates.local(at).date() + A_DAY, MIDNIGHT)


def add(week: Week, at: datetime, minutes: int) -> datetime:
    """The moment when that many *open* minutes have passed since ``at``: in an open time, or just at its end.

    No minutes at all lead to the first open moment. Raises ``Invalid`` for less than none, and when ten years do not
    have as many.
    """
    _check(at)
    if minutes < 0:
        raise Invalid(_("Une durée ne peut pas être négative."), code="negative", field="minutes")
    left, at = minutes * A_MINUTE, at.astimezone(UTC)
    for one in _after(week, at):
        start = max(one.start, at)
        if left <= one.end - start:
            return start + left
        left -= one.end - start
    raise _never_open()


def openings(week: Week, day: date) -> list[Opening]:
    """The open times of a day in order, those that touch or overlap made one."""
    found: list[Opening] = []
    for span in sorted(week.spans_on(day)):
        start, end = instant(day, span.opens), _closing(day, span.closes)
        if found and start <= found[-1].end:
            found[-1] = Opening(found[-1].start, max(found[-1].end, end))
        elif start < end:
            found.append(Opening(start, end))
    return found


def _closing(day: date, hour: time) -> datetime:
    """The midnight that ends a day is where the next begins, whichever the clock does there."""
    return instant(day + A_DAY, MIDNIGHT) if hour == MIDNIGHT else instant(day, hour, last=True)


def instant(day: date, hour: time, *, last: bool = False) -> datetime:
    """The instant at which the site's clock shows that hour; of two, the first or the ``last``."""
    zone = timezone.get_default_timezone()
    there = datetime.combine(day, hour, tzinfo=zone)
    first, second = there.astimezone(UTC), there.replace(fold=1).astimezone(UTC)
    if second < first:
        return _change(second, first, zone)
    return second if last else first


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The instant between two at which the clock goes forward."""
    offset = after.astimezone(zone).utcoffset()
    minutes = (before + count * A_MINUTE for count in range((after - before) // A_MINUTE + 1))
    return next(minute for minute in minutes if minute.astimezone(zone).utcoffset() == offset)


def _after(week: Week, at: datetime) -> Iterator[Opening]:
    """The open times that end after ``at``, for ten years."""
    today = dates.local(at).date()
    for count in range(HORIZON + 1):
        yield from (one for one in openings(week, today + count * A_DAY) if one.end > at)


def _check(at: datetime) -> None:
    if not dates.plausible(at):
        raise Invalid(str(dates.IMPLAUSIBLE), code="implausible")


def _never_open() -> Invalid:
    return Invalid(
        _("Ce calendrier n’a plus d’heure ouverte dans les dix ans qui viennent : vérifier ses horaires."),
        code="never_open",
    )
