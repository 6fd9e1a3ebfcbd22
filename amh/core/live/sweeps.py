"""What the clock alone changes (midnight, an exit now overdue) enters the feed like any other change.

Once a minute, one process of the hospital compares each topic as it was at the last sweep with what it is now. It
follows that a board which comes back in the morning is told of midnight, whichever process it comes back to.
"""

from datetime import datetime, timedelta

from django.db import transaction

from amh.core import heartbeats
from amh.core.live import feed
from amh.core.live.topics import Topic
from amh.core.models import Heartbeat

EVERY = timedelta(minutes=1)


@transaction.atomic
def sweep(topic: Topic, *, at: datetime) -> int:
    """Announce the refs of ``topic`` that time has changed, or ended, since the last sweep, and tell how many.

    Nothing is done when another process sweeps at this moment or did so less than ``EVERY`` ago.
    """
    last = _claim(topic, at=at)
    if last is None:
        return 0
    before, after = topic.fingerprints(at=last), topic.fingerprints(at=at)
    changed = sorted(ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref))
    feed.announce(topic.source, changed, at=at)
    return len(changed)


def _claim(topic: Topic, *, at: datetime) -> datetime | None:
    name = f"{heartbeats.SWEEPS}{topic.name}"
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=at)], ignore_conflicts=True)
    due = Heartbeat.objects.select_for_update(skip_locked=True).filter(name=name, at__lte=at - EVERY).first()
    if due is None:
        return None
    last, due.at = due.at, at
    due.save(update_fields=["at"])
    return last
