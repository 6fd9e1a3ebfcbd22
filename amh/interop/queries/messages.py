"""What was received: the list of messages, and why some wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet

from amh.interop.models import InboundMessage, MessageState, Replay

PER_PAGE = 50


@dataclass(frozen=True)
class Wish:
    """What is looked for; whatever is empty does not matter. ``code`` is that of a reason."""

    state: MessageState | None = None
    sender_id: int | None = None
    trigger: str = ""
    control_id: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[tuple[str, object]]:
        """The conditions that a message fulfils."""
        yield "state", self.state
        yield "sender", self.sender_id
        yield "trigger", self.trigger
        yield "control_id", self.control_id
        yield "reason_code", self.code
        yield "received_at__gte", self.since
        yield "received_at__lt", self.until


def found(wish: Wish) -> QuerySet[InboundMessage]:
    """The messages that are looked for, without their text, the newest first."""
    conditions = {name: value for name, value in wish.conditions() if value}
    messages = InboundMessage.objects.filter(**conditions).select_related("sender", "ignored_by")
    return messages.defer("raw").order_by("-pk")


def page(messages: QuerySet[InboundMessage], *, before: int | None) -> tuple[list[InboundMessage], int | None]:
    """A page of the list, older than ``before``, and where the next one begins: no count of all that was received."""
    rows = list((messages.filter(pk__lt=before) if before else messages)[: PER_PAGE + 1])
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None


@dataclass(frozen=True)
class Group:
    """Messages that wait for one reason; ``example`` is the reason of one of them in words."""

    code: str
    example: str
    count: int
    oldest_at: datetime
    newest_at: datetime


def groups(messages: QuerySet[InboundMessage]) -> list[Group]:
    """The reasons of these messages, the most frequent first; one query."""
    rows = messages.order_by().values("reason_code")
    counted = rows.annotate(n=Count("pk"), example=Min("reason"), oldest=Min("received_at"), newest=Max("received_at"))
    values = counted.order_by("-n", "reason_code").values_list("reason_code", "example", "n", "oldest", "newest")
    return [Group(*row) for row in values]


def newest(messages: QuerySet[InboundMessage]) -> int:
    """The id of the last of these messages to have come; 0 without any."""
    return messages.order_by().aggregate(newest=Max("pk"))["newest"] or 0


def replays() -> QuerySet[Replay]:
    """Replays that go on, the first to be done first."""
    return Replay.objects.filter(finished_at=None).select_related("asked_by").order_by("pk")
