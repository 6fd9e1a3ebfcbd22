"""The health of each feed: who spoke last and when, how far behind it is, how much it says, what goes wrong."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    Min,
    Q,
    QuerySet,
    Value,
)

from amh.interop.models import InboundMessage, MessageState, Sender

HOURS = 24
AN_HOUR = timedelta(hours=1)


class _Percentile(Aggregate):
    """The length below which a share of the lengths lies."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Health:
    """One feed at a moment. ``hours`` counts the messages of each of the last hours, the oldest first.

    ``usual_lag`` and ``longest_lag`` are the median and the 95th percentile of the time from received to decided, in
    the last hour; ``waiting_since`` is when the oldest message came that is not applied yet.
    """

    sender: Sender
    at: datetime
    hours: Sequence[int] = (0,) * HOURS
    waiting: int = 0
    waiting_since: datetime | None = None
    usual_lag: timedelta | None = None
    longest_lag: timedelta | None = None
    quarantined: int = 0
    quarantined_today: int = 0
    deviating: int = 0

    @property
    def last_hour(self) -> int:
        """Messages in the last hour."""
        return self.hours[-1]

    @property
    def last_day(self) -> int:
        """Messages in the last twenty-four hours."""
        return sum(self.hours)

    @property
    def deviating_share(self) -> int | None:
        """Messages with a deviation from the profile, in per cent of those of the last day; ``None`` without any."""
        return round(100 * self.deviating / self.last_day) if self.last_day else None

    @property
    def silence(self) -> timedelta | None:
        """For how long it has said nothing; ``None`` when it never spoke."""
        return self.at - self.sender.last_message_at if self.sender.last_message_at else None

    @property
    def is_silent(self) -> bool:
        """Whether a watched sender has been silent for longer than it may."""
        silence = self.silence
        return self.sender.watched and silence is not None and silence >= timedelta(minutes=self.sender.silence_minutes)


@dataclass
class _Facts:
    hours: list[int] = field(default_factory=lambda: [0] * HOURS)
    rest: dict[str, Any] = field(default_factory=dict)


def health(*, at: datetime) -> list[Health]:
    """Every feed, the last to have spoken first; six queries whatever their number."""
    facts: Mapping[int, _Facts] = defaultdict(_Facts)
    day = InboundMessage.objects.filter(received_at__gt=at - HOURS * AN_HOUR, received_at__lte=at).order_by()
    for sender_id, ago, count in _by_hour(day, at=at):
        facts[sender_id].hours[HOURS - 1 - ago] += count
    for rows in (_lags(day, at=at), _waiting(), _quarantined(at=at), _deviating(day)):
        for row in rows:
            facts[row.pop("sender")].rest |= row
    senders = Sender.objects.order_by(F("last_message_at").desc(nulls_last=True), "pk")
    return [Health(one, at, tuple(facts[one.pk].hours), **facts[one.pk].rest) for one in senders]


def _by_hour(day: QuerySet[InboundMessage], *, at: datetime) -> Iterator[tuple[int, int, int]]:
    """Sender, how many hours ago, and how many messages came in that hour."""
    origin = Value(at, DateTimeField())
    begins = Func(F("received_at"), origin, function="date_bin", template="%(function)s('1 hour', %(expressions)s)")
    rows = day.annotate(begins=begins).values("sender", "begins").annotate(n=Count("*"))
    for sender_id, since, count in rows.values_list("sender", "begins", "n"):
        yield sender_id, max((at - since) // AN_HOUR - 1, 0), count


def _lags(day: QuerySet[InboundMessage], *, at: datetime) -> QuerySet[Any]:
    decided = day.filter(received_at__gt=at - AN_HOUR, decided_at__isnull=False)
    lag = ExpressionWrapper(F("decided_at") - F("received_at"), output_field=DurationField())
    return decided.values("sender").annotate(
        usual_lag=_Percentile(lag, share="0.5"), longest_lag=_Percentile(lag, share="0.95")
    )


def _waiting() -> QuerySet[Any]:
    waiting = InboundMessage.objects.filter(state=MessageState.RECEIVED).order_by()
    return waiting.values("sender").annotate(waiting=Count("*"), waiting_since=Min("received_at"))


def _quarantined(*, at: datetime) -> QuerySet[Any]:
    kept = InboundMessage.objects.filter(state=MessageState.QUARANTINED).order_by()
    today = Count("pk", filter=Q(received_at__gt=at - HOURS * AN_HOUR))
    return kept.values("sender").annotate(quarantined=Count("*"), quarantined_today=today)


def _deviating(day: QuerySet[InboundMessage]) -> QuerySet[Any]:
    return day.exclude(deviations=[]).values("sender").annotate(deviating=Count("*"))
