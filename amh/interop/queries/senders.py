"""Who talks to us, and who has stopped."""

from collections.abc import Iterator
from datetime import datetime

from amh.core.silences import Silence
from amh.interop.models import Sender


def silent(*, at: datetime) -> Iterator[Silence]:
    """The senders that the clock found silent, the longest silence first. One query."""
    rows = Sender.objects.filter(silent_since__isnull=False).order_by("silent_since", "pk")
    for sender in rows:
        if sender.silent_since is not None and sender.silent_since <= at:
            yield Silence(str(sender), sender.silent_since)
