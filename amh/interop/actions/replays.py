"""Messages in quarantine tried again together, in the order in which they came, each whole or not at all.

The rows are the queue: a message that waits for its turn points to its replay, so that a worker that is stopped loses
nothing and whoever comes next goes on.
"""

from datetime import datetime

from django.db.models import F, QuerySet

from amh.core import audit, jobs, rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from amh.interop.actions import quarantines
from amh.interop.models import InboundMessage, MessageState, Replay

RUN = "interop.replays.run"


@act
def ask(*, chosen: QuerySet[InboundMessage], by: User, at: datetime) -> Replay:
    """Have all of these tried again that are in quarantine and wait for no other replay.

    Raises ``Conflict`` when none is left, ``Denied``.
    """
    rules.check(by, Permission.VIEW_FEED)
    rows = quarantines.locked(chosen.filter(state=MessageState.QUARANTINED, replay=None))
    replay = Replay.objects.create(asked_by=by, asked_at=at, total=len(rows))
    InboundMessage.objects.filter(pk__in=[row.pk for row in rows]).update(replay=replay)
    audit.record("replay.ask", subject=replay, by=by, at=at, count=len(rows))
    jobs.enqueue(RUN)
    return replay


@act
def step(*, at: datetime) -> bool:
    """Try the next message of the replay that was asked for first; false when nothing waits any more.

    Whoever comes at the same time waits for this step: the messages of one patient keep their order.
    """
    replay = Replay.objects.select_for_update().filter(finished_at=None).order_by("pk").first()
    if replay is None:
        return False
    row = replay.messages.select_for_update().order_by("pk").first()
    if row is None:
        Replay.objects.filter(pk=replay.pk).update(finished_at=at)
        return True
    quarantines.retry(row, by=replay.asked_by, at=at)
    Replay.objects.filter(pk=replay.pk).update(**{row.state: F(row.state) + 1})
    return True
