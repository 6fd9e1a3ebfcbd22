"""What deviates from the profile, how often and where: counted by the database over a period, never over all time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet

from amh.interop.models import InboundMessage, Sender

# Messages of one sender deviate in few ways: alike ones are gathered first, and each way is taken apart once.
WITH_DEVIATIONS = """
WITH alike AS (
    SELECT deviations, trigger, count(*) AS times, min(received_at) AS first, max(received_at) AS last, max(id) AS pk
    FROM interop_inboundmessage WHERE sender_id = %s AND received_at >= %s GROUP BY 1, 2
)
SELECT item ->> 0, item ->> 1, trigger, sum(times)::bigint, min(first), max(last), max(pk)
FROM alike, jsonb_array_elements(deviations) item GROUP BY 1, 2, 3
"""
KINDS = """
WITH alike AS (
    SELECT DISTINCT sender_id, deviations FROM interop_inboundmessage
    WHERE sender_id = ANY(%s) AND received_at >= %s
)
SELECT sender_id, count(DISTINCT (item ->> 0, item ->> 1)) FROM alike, jsonb_array_elements(deviations) item GROUP BY 1
"""


class Period(StrEnum):
    """The words of ``?periode=``."""

    DAY = "24h"
    WEEK = "7j"
    MONTH = "30j"

    @property
    def length(self) -> timedelta:
        """How far back it goes."""
        return {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=30)}[self]


class Share(NamedTuple):
    """So many of so many messages."""

    times: int
    total: int

    @property
    def percent(self) -> int:
        """In hundredths, rounded; what happens at all is never none, what does not always is never all."""
        if not self.total or self.times in (0, self.total):
            return 100 if self.total and self.times else 0
        return min(max(round(100 * self.times / self.total), 1), 99)


@dataclass
class Habit:
    """One deviation in one place, as a sender does it: how often, in which events, since when, and the last example."""

    code: str
    where: str
    share: Share
    first_at: datetime
    last_at: datetime
    example_id: int
    events: dict[str, Share] = field(default_factory=dict)
    example: InboundMessage | None = None


class Standing(NamedTuple):
    """A sender over the period: its messages, how many of them deviate, in how many different ways."""

    sender: Sender
    deviating: Share
    kinds: int


@dataclass(frozen=True)
class Report:
    """What one sender does otherwise than the profile, most often first, over a period that began at ``since``."""

    deviating: Share
    habits: list[Habit]
    since: datetime


def standings(*, period: Period, at: datetime, senders: Collection[int] | None = None) -> list[Standing]:
    """Every sender (or these), those that deviate most first. Three queries, however many there are."""
    since = at - period.length
    chosen = Sender.objects.all() if senders is None else Sender.objects.filter(pk__in=senders)
    rows = list(chosen.order_by("pk"))
    counted = _counted(InboundMessage.objects.filter(sender__in=rows, received_at__gte=since))
    kinds = _kinds([row.pk for row in rows], since)
    found = [Standing(row, counted.get(row.pk, Share(0, 0)), kinds.get(row.pk, 0)) for row in rows]
    return sorted(found, key=lambda one: (-one.deviating.percent, -one.deviating.total, str(one.sender)))


def _counted(messages: QuerySet[InboundMessage]) -> dict[int, Share]:
    rows = messages.values("sender").annotate(total=Count("pk"), odd=Count("pk", filter=~Q(deviations=[])))
    return {row["sender"]: Share(row["odd"], row["total"]) for row in rows.order_by()}


def _kinds(sender_ids: list[int], since: datetime) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(KINDS, [sender_ids, since])
        return dict(cursor.fetchall())


def report(sender: Sender, *, period: Period, at: datetime) -> Report:
    """What the sender does otherwise than the profile, each with its last example. Three queries."""
    since = at - period.length
    messages = InboundMessage.objects.filter(sender=sender, received_at__gte=since)
    rows = messages.values("trigger").annotate(total=Count("pk"), odd=Count("pk", filter=~Q(deviations=[])))
    totals = {row["trigger"]: (row["total"], row["odd"]) for row in rows.order_by()}
    whole = Share(sum(odd for _, odd in totals.values()), sum(total for total, _ in totals.values()))
    habits = _habits(sender.pk, since, {trigger: total for trigger, (total, _) in totals.items()})
    examples = InboundMessage.objects.in_bulk([habit.example_id for habit in habits])
    for habit in habits:
        habit.example = examples.get(habit.example_id)
    return Report(whole, habits, since)


def _habits(sender_id: int, since: datetime, totals: dict[str, int]) -> list[Habit]:
    with connection.cursor() as cursor:
        cursor.execute(WITH_DEVIATIONS, [sender_id, since])
        grouped: dict[tuple[str, str], list[tuple[str, int, datetime, datetime, int]]] = defaultdict(list)
        for code, where, *rest in cursor.fetchall():
            grouped[code, where].append(tuple(rest))
    found = [_habit(code, where, rows, totals) for (code, where), rows in grouped.items()]
    return sorted(found, key=lambda habit: (-habit.share.times, habit.code, habit.where))


def _habit(
    code: str, where: str, rows: list[tuple[str, int, datetime, datetime, int]], totals: dict[str, int]
) -> Habit:
    by_event = {trigger: Share(count, totals.get(trigger, count)) for trigger, count, *_ in rows}
    return Habit(
        code,
        where,
        Share(sum(count for _, count, *_ in rows), max(sum(totals.values()), 1)),
        min(first for _, _, first, _, _ in rows),
        max(last for _, _, _, last, _ in rows),
        max(pk for *_, pk in rows),
        dict(sorted(by_event.items(), key=lambda one: (-one[1].times, one[0]))),
    )
