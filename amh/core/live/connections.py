"""One open stream: a short queue in front of one browser."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, MutableMapping
from typing import Any

from amh.core.live.visitors import Visit

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

QUEUE = 64
"""Chunks that may wait for one browser; a slower one is closed and catches up when it comes back."""


class Connection:
    """A browser that watches one topic.

    ``last`` is the position it came with, if any; ``due`` the loop's time at which its right is checked again.
    """

    __slots__ = ("_chunks", "_ended", "_task", "_woken", "audience", "due", "last", "visit")

    def __init__(self, visit: Visit, audience: Hashable, *, last: int | None) -> None:
        self.visit = visit
        self.audience = audience
        self.last = last
        self.due = 0.0
        self._chunks: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._ended = False
        self._task: asyncio.Task[Any] | None = None

    def push(self, chunks: Iterable[bytes]) -> None:
        """Queue the chunks without waiting. A browser whose queue is full is dropped."""
        if len(self._chunks) >= QUEUE:
            logger.info("A browser that reads too slowly is dropped")
            self.drop()
        elif not self._ended:
            self._chunks.extend(chunks)
            self._woken.set()

    def close(self, *farewell: bytes) -> None:
        """End the stream once what is queued, then ``farewell``, has been written."""
        self.push(farewell)
        self._ended = True

    def drop(self) -> None:
        """End the stream at once, whatever is still queued."""
        self._ended = True
        self._chunks.clear()
        if self._task:
            self._task.cancel()

    async def run(self, receive: Receive, send: Send) -> None:
        """Write until the browser leaves, the stream is closed, or the server stops."""
        self._task = asyncio.current_task()
        watch = asyncio.create_task(self._until_gone(receive))
        try:
            # Dropped, or the server's time to stop is up: either way the browser comes back by itself.
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await self._write(send)
        finally:
            watch.cancel()
            self._task = None

    async def _write(self, send: Send) -> None:
        while self._chunks or not self._ended:
            while self._chunks:
                await send({"type": "http.response.body", "body": self._chunks.popleft(), "more_body": True})
            if not self._ended:
                await self._woken.wait()
                self._woken.clear()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_gone(self, receive: Receive) -> None:
        with contextlib.suppress(OSError):
            while (await receive())["type"] != "http.disconnect":
                pass
        self._chunks.clear()
        self.close()
