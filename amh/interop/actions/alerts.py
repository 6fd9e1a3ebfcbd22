"""A feed that stops is noticed by the clock, not by the first nurse who finds the board wrong."""

from datetime import datetime, timedelta

from django.db.models import Q

from amh.core.deliveries import queue
from amh.core.errors import Invalid
from amh.core.live import feed
from amh.core.models import DeliveryState
from amh.core.transactions import act
from amh.interop.models import FeedAlert, Sender
from patients import events
from wards import weeks
from wards.queries import calendars
from wards.weeks import ALWAYS, Week

A_SECOND = timedelta(seconds=1)


def watch(*, at: datetime) -> None:
    """Say on every board, and write to the administrators once, that a watched sender has been silent for too long.

    An administrator decides which senders are watched, and when they normally talk: only they know. One that has never
    sent anything keeps no silence. What has become needless, because the sender talks again, is taken back.
    """
    watched = Sender.objects.filter(watched=True, last_message_at__isnull=False)
    senders = list(watched.select_related("calendar").order_by("pk"))
    hours = calendars.weeks_of(sender.calendar for sender in senders if sender.calendar)
    for sender in senders:
        _watch(sender, hours.get(sender.calendar_id or 0, ALWAYS), at=at)


@act
def _watch(sender: Sender, hours: Week, *, at: datetime) -> None:
    # Read anew under its lock: a message may have come since, and must not be followed by an alarm.
    sender = Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    since = sender.last_message_at
    if since is None:
        return
    stale = sender.alerts.filter(silent_since__lt=since, state__in=[DeliveryState.PENDING, DeliveryState.EXHAUSTED])
    for alert in stale.select_for_update(skip_locked=True).order_by("pk"):
        queue.cancel(alert, by=None, at=at)
    silent = is_silent(sender, hours, at=at)
    mark(sender, since if silent else None, at=at)
    if silent:
        key = f"feed-alert:{sender.pk}:{since.isoformat()}"
        queue.enter(FeedAlert, key=key, due_at=at, sender=sender, silent_since=since)


def is_silent(sender: Sender, hours: Week, *, at: datetime) -> bool:
    """Tell whether more of the hours in which the sender talks have passed since its last word than are allowed."""
    if not sender.watched or sender.last_message_at is None:
        return False
    try:
        return weeks.add(hours, sender.last_message_at, sender.silence_minutes) <= at
    except Invalid:
        return False  # a calendar that never opens expects no word


def mark(sender: Sender, since: datetime | None, *, at: datetime) -> None:
    """Note since when the locked sender is silent (``None``: it talks), and tell the boards if that is news."""
    if sender.silent_since != since:
        Sender.objects.filter(pk=sender.pk).update(silent_since=since)
        feed.announce(events.BOARD, [events.SILENCES], at=at)


def note_heard(sender: Sender, *, at: datetime) -> None:
    """Note, in the running transaction, that the sender spoke: boards that said otherwise are told.

    To the second: the messages of one sender do not wait for each other's row.
    """
    if sender.last_message_at is not None and sender.last_message_at >= at - A_SECOND:
        return
    unheard = Q(last_message_at=None) | Q(last_message_at__lt=at - A_SECOND)
    spoke = Sender.objects.filter(unheard, pk=sender.pk).update(last_message_at=at)
    if spoke and Sender.objects.filter(pk=sender.pk, silent_since__isnull=False).update(silent_since=None):
        feed.announce(events.BOARD, [events.SILENCES], at=at)
