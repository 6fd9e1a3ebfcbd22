"""The sweep: whatever is due leaves, whoever wrote it and whichever bell was not heard."""

import logging
import time
from collections.abc import Iterator

from amh.core.deliveries import claims
from amh.core.deliveries.failures import Failure, Temporary, Unreachable
from amh.core.models import Delivery

logger = logging.getLogger(__name__)


def sweep(model: type[Delivery], *, limit: int = 50, seconds: float = 60) -> int:
    """Send the rows of ``model`` that are due, and tell how many were tried: ``limit`` at most, none after ``seconds``.

    Rows are claimed one by one, so that a lease covers one sending and the next of a lane follows at once. When the way
    out is closed the others are not tried: each would wait as long, and spend an attempt.
    """
    claims.expire(model, limit=limit)
    tried = 0
    for delivery in _claimed(model, limit=limit, seconds=seconds):
        tried += 1
        if isinstance(_send(delivery), Unreachable):
            break
    claims.bury(model, limit=limit)
    return tried


def _claimed(model: type[Delivery], *, limit: int, seconds: float) -> Iterator[Delivery]:
    end = time.monotonic() + seconds
    for _row in range(limit):
        delivery = claims.claim(model) if time.monotonic() < end else None
        if delivery is None:
            return
        yield delivery


def _send(delivery: Delivery) -> Failure | None:
    failure: Failure
    try:
        claims.succeed(delivery, delivery.send())
    except Failure as refusal:
        failure = refusal
    except Exception as error:  # noqa: BLE001 - one broken row must not stop the others
        # Only its name: the words and the frames of an exception may hold those of the message.
        failure = Temporary(type(error).__name__)
        logger.error("%s %s: %s", delivery.label(), delivery.pk, failure.reason)  # noqa: TRY400
    else:
        return None
    claims.fail(delivery, failure)
    return failure
