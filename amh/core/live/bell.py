"""The bell: one Redis Stream that says "look at the feed". Never needed, only fast."""

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as PatientRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

STREAM = "amh:bell"
KEPT = 1000
PATIENCE = 0.3
SILENCE = 2.0
BLOCK = 5.0
PAUSES = (0.1, 1.0)
"""Seconds: a writer waits ``PATIENCE`` at most, then spares the next acts for ``SILENCE``; a reader waits ``BLOCK`` for
a ring, and between the two ``PAUSES`` before it tries a dead server again."""


class Bell:
    """One process's way to ring: tried at most once an act, and not at all just after a failure."""

    def __init__(self, url: str) -> None:
        self._silent_until = 0.0
        self._redis = redis.Redis.from_url(
            url, protocol=2, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )

    def ring(self) -> None:
        """Ring; when nobody answers, say so in the log and leave it: boards read the feed by themselves."""
        if time.monotonic() < self._silent_until:
            return
        try:
            self._redis.xadd(STREAM, {"look": 1}, maxlen=KEPT, approximate=True)
        except RedisError as error:
            self._silent_until = time.monotonic() + SILENCE
            logger.warning("Boards are not rung: %s", error)


@functools.cache
def _bell(url: str) -> Bell:
    return Bell(url)


def ring() -> None:
    """Wake every process that serves boards. Never raises because Redis is away."""
    _bell(settings.REDIS_URL).ring()


async def listen(heard: Callable[[], None]) -> None:
    """Call ``heard`` at every ring, and once whenever Redis has come back, until cancelled."""
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        protocol=2,
        socket_timeout=2 * BLOCK,
        socket_connect_timeout=PAUSES[1],
        retry=PatientRetry(NoBackoff(), 0),
    )
    pause = PAUSES[0]
    async with client:
        while True:
            try:
                await client.ping()
                heard()
                pause = PAUSES[0]
                await _follow(client, heard)
            except (RedisError, OSError) as error:
                logger.warning("The bell is not heard: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSES[1])


async def _follow(client: redis.asyncio.Redis, heard: Callable[[], None]) -> None:
    last: bytes | str = "$"
    while True:
        reply: Any = await client.xread({STREAM: last}, block=int(BLOCK * 1000))
        if reply:
            last = reply[0][1][-1][0]
            heard()
        else:
            # A stream that was wiped may number its entries from below the last one read.
            last = "$"
