"""Who sends which row: a claim is a lease, taken in one short transaction, given back with the outcome in another."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from amh.core.deliveries.failures import Away, Failure, Permanent
from amh.core.models import Delivery, DeliveryState
from amh.core.models.deliveries import ATTEMPTS

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


def lease() -> timedelta:
    """How long a row belongs to its sender: twice the longest life of a task, so that only the dead lose theirs."""
    return timedelta(seconds=2 * current_app.conf.task_time_limit)


def claim(model: type[Delivery]) -> Delivery | None:
    """Take the row that has been due longest, or nothing. Rows that others are taking now are passed over."""
    with transaction.atomic(durable=True):
        free = model.objects.claimable().select_for_update(skip_locked=True)
        delivery = free.clocked().order_by("due_at", "pk").first()
        if delivery:
            delivery.become(DeliveryState.SENDING, attempts=delivery.attempts + 1, lease_until=delivery.clock + lease())
        return delivery


def succeed(claimed: Delivery, receipt: str) -> None:
    """Record that ``claimed`` has left, with what the other side answered."""
    with _held(claimed) as delivery:
        if delivery:
            line = {"at": delivery.clock.isoformat(), "attempt": delivery.attempts, "receipt": receipt}
            receipts = [*delivery.receipts, line]
            delivery.become(DeliveryState.SENT, sent_at=delivery.clock, last_error="", receipts=receipts)


def fail(claimed: Delivery, failure: Failure) -> None:
    """Record that ``claimed`` did not leave: it waits for its next attempt, or a person must see to it."""
    with _held(claimed) as delivery:
        if delivery is None:
            return
        is_away = isinstance(failure, Away)
        if isinstance(failure, Permanent) or (delivery.attempts >= ATTEMPTS and not is_away):
            _give_up(delivery, failure.reason)
        else:
            due_at = delivery.clock + pause(delivery.attempts)
            attempts = delivery.attempts - is_away
            delivery.become(DeliveryState.PENDING, due_at=due_at, attempts=attempts, last_error=failure.reason[:200])


def pause(attempts: int) -> timedelta:
    """The time before the next attempt: doubled each time, an hour at most, shortened at random to spread the load."""
    longest: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - guards nothing


def expire(model: type[Delivery], *, limit: int) -> None:
    """Close what has waited too long: it is refused, not sent."""
    with transaction.atomic(durable=True):
        for delivery in model.objects.too_late().select_for_update(skip_locked=True)[:limit]:
            delivery.become(DeliveryState.EXPIRED)


def bury(model: type[Delivery], *, limit: int) -> None:
    """Close what its sender left behind at its last attempt, or too late for another. Whether it left is not known."""
    for _row in range(limit):
        with transaction.atomic(durable=True):
            delivery = model.objects.abandoned().clocked().select_for_update(skip_locked=True).first()
            if delivery is None:
                return
            _give_up(delivery, _("Envoi interrompu : on ne sait pas s’il est parti."))


def _give_up(delivery: Delivery, reason: str) -> None:
    delivery.become(DeliveryState.EXHAUSTED, last_error=reason[:200])
    delivery.exhausted(at=delivery.clock)


@contextmanager
def _held(claimed: Delivery) -> Iterator[Delivery | None]:
    """Lock the row again if it still belongs to this claim; otherwise another sender has taken over."""
    with transaction.atomic(durable=True):
        same = {name: getattr(claimed, name) for name in ("pk", "state", "attempts", "lease_until")}
        delivery = type(claimed).objects.filter(**same).clocked().select_for_update().first()
        if delivery is None:
            logger.warning("%s %s outlived its lease", claimed.label(), claimed.pk)
        yield delivery
