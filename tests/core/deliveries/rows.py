"""The first kind of delivery, the alert e-mail of a silent feed, and what the tests of the queue do to its rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from amh.core.deliveries import sweeps
from amh.interop.models import FeedAlert

SINCE = datetime(2026, 3, 14, 14, 32, tzinfo=timezone.get_default_timezone())
PAST = timedelta(minutes=-1)
FUTURE = timedelta(minutes=1)

Enter = Callable[..., FeedAlert]


def sweep(**limits) -> int:
    return sweeps.sweep(FeedAlert, **limits)


def states() -> list[str]:
    return list(FeedAlert.objects.order_by("pk").values_list("state", flat=True))


def let_die(delivery: FeedAlert) -> None:
    """Let the lease run out as it does when its worker was killed."""
    FeedAlert.objects.filter(pk=delivery.pk).update(lease_until=timezone.now() + PAST)


def make_due(delivery: FeedAlert) -> None:
    FeedAlert.objects.filter(pk=delivery.pk).update(due_at=timezone.now() + PAST)
