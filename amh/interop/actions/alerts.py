"""A feed that stops is noticed by the clock, not by the first nurse who finds the board wrong."""

from datetime import datetime, timedelta

from amh.core.deliveries import queue
from amh.core.models import DeliveryState
from amh.core.transactions import act
from amh.interop.models import FeedAlert, Sender


def watch(*, at: datetime) -> None:
    """Alert once for each silence of a watched sender; take back what has become needless because it talks again.

    An administrator decides which senders are watched: only they know which talk all day. One that has never sent
    anything keeps no silence.
    """
    for sender in Sender.objects.filter(watched=True, last_message_at__isnull=False).order_by("pk"):
        _watch(sender, at=at)


@act
def _watch(sender: Sender, *, at: datetime) -> None:
    since = sender.last_message_at
    if since is None:
        return
    stale = sender.alerts.filter(silent_since__lt=since, state__in=[DeliveryState.PENDING, DeliveryState.EXHAUSTED])
    for alert in stale.select_for_update(skip_locked=True).order_by("pk"):
        queue.cancel(alert, by=None, at=at)
    if since + timedelta(minutes=sender.silence_minutes) <= at:
        key = f"feed-alert:{sender.pk}:{since.isoformat()}"
        queue.enter(FeedAlert, key=key, due_at=at, sender=sender, silent_since=since)
