"""Background jobs: a bell for a worker. The rows say what is to be done, so a bell that is not heard loses nothing."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SILENCE = 2.0
"""Seconds without another try once the broker did not answer: an act waits for a dead broker only once."""

_silent_until = 0.0


def enqueue(name: str, *args: object) -> None:
    """Have a worker run the task ``name`` once the running transaction is committed, if the broker can be reached.

    ``args`` are ids, never rows. Never raises: the periodic sweep finds what no bell announced.
    """
    transaction.on_commit(partial(_ring, name, args), robust=True)


def _ring(name: str, args: tuple[object, ...]) -> None:
    global _silent_until  # noqa: PLW0603 - one broker per process
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(name, args=args, retry=False)
    except (KombuError, RedisError, OSError) as error:
        _silent_until = time.monotonic() + SILENCE
        logger.warning("%s waits for its sweep: %s", name, type(error).__name__)
