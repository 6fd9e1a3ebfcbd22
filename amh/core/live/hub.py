"""The hub: one per process. It reads the feed once for all the browsers that the process serves."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable

from django.conf import settings
from django.utils import timezone

from amh.core.live import bell, feed, frames, sweeps, topics, visitors
from amh.core.live.connections import Connection
from amh.core.live.feed import Mark
from amh.core.live.readings import Reading, read
from amh.core.live.topics import Topic
from amh.core.live.visitors import Ruling, Visit
from amh.core.live.workers import Worker
from amh.core.outages import AWAY

logger = logging.getLogger(__name__)

GATHER = 0.03
RECONCILE = 5.0
BEAT = 5.0
STALE = 12.0
LOOK = 1.0
"""Seconds: changes are gathered for ``GATHER`` after a bell and looked for every ``RECONCILE`` without one; a sign of
life goes out every ``BEAT`` and owns up once the database has been silent for ``STALE``; every ``LOOK``, rights then
due are checked, and a database that is away is tried again."""


class Hub:
    """The browsers of one process and the loops that serve them: all in the event loop, but for the queries."""

    def __init__(self) -> None:
        self._reader = Worker("live-feed")
        self._door = Worker("live-door")
        self._live: set[Connection] = set()
        self._joining: set[Connection] = set()
        self._rung = asyncio.Event()
        self._mark = Mark.at(0)
        self._read_at = timezone.now()
        self._away = False
        self._closed = False
        self._loops = [
            asyncio.create_task(bell.listen(self._rung.set)),
            asyncio.create_task(_forever(self._read, self._gather)),
            asyncio.create_task(_forever(self._beat, _every(BEAT))),
            asyncio.create_task(_forever(self._check, _every(LOOK))),
            asyncio.create_task(_forever(self._sweep, _every(sweeps.EVERY.total_seconds()))),
        ]

    def __len__(self) -> int:
        """How many browsers are connected."""
        return len(self._live) + len(self._joining)

    async def admit(self, visit: Visit) -> Ruling:
        """Tell whether the visit may go on. Raises one of ``AWAY`` when the database is away."""
        (ruling,) = await self._door.run(visitors.review, [visit])
        return ruling

    def join(self, connection: Connection) -> None:
        """Serve the browser: what it missed since its last position, a beat, then what comes."""
        if self._closed:
            connection.close()
            return
        connection.due = _next_check()
        self._joining.add(connection)
        self._rung.set()

    def leave(self, connection: Connection) -> None:
        """Forget the browser."""
        self._live.discard(connection)
        self._joining.discard(connection)

    def close(self) -> None:
        """End every stream; the browsers come back to whoever serves next."""
        self._closed = True
        for connection in self._everyone():
            connection.close()

    def stop(self) -> None:
        """End the loops and the threads, and with them the database connections."""
        self.close()
        for loop in self._loops:
            loop.cancel()
        self._reader.stop()
        self._door.stop()

    def _everyone(self) -> list[Connection]:
        return [*self._live, *self._joining]

    async def _gather(self) -> None:
        try:
            await asyncio.wait_for(self._rung.wait(), RECONCILE)
        except TimeoutError:
            return
        await asyncio.sleep(GATHER)
        self._rung.clear()

    async def _read(self) -> None:
        if not len(self):
            return
        try:
            await self._advance()
            await self._welcome()
        except AWAY as error:
            if not self._away:
                logger.warning("The feed cannot be read: %s", error)
            self._away = True
            await asyncio.sleep(LOOK)
            self._rung.set()

    async def _advance(self) -> None:
        at = timezone.now()
        if self._live:
            reading = await self._reader.run(read, self._mark, _audiences(self._live), at=at)
        else:
            reading = Reading(mark=await self._reader.run(feed.here))
        self._mark, self._read_at, self._away = reading.mark, at, False
        for connection in list(self._live):
            connection.push(_chunks(reading, connection))

    async def _welcome(self) -> None:
        groups: dict[int | None, list[Connection]] = defaultdict(list)
        for connection in self._joining:
            groups[connection.last].append(connection)
        for last, group in groups.items():
            reading = Reading(mark=self._mark)
            if last is not None:
                reading = await self._reader.run(read, Mark.at(last), _audiences(group), at=self._read_at)
            # Only once it has what it missed is the browser told how fresh its data are.
            beat = frames.beat(at=self._read_at, position=reading.mark.low, stale=False)
            for connection in self._joining.intersection(group):
                self._joining.remove(connection)
                self._live.add(connection)
                connection.push([*_chunks(reading, connection), beat])

    async def _beat(self) -> None:
        stale = self._away or (timezone.now() - self._read_at).total_seconds() > STALE
        beat = frames.beat(at=self._read_at, position=self._mark.low, stale=stale)
        for connection in list(self._live):
            connection.push([beat])

    async def _check(self) -> None:
        now = asyncio.get_running_loop().time()
        due = [connection for connection in self._everyone() if connection.due <= now]
        if not due:
            return
        rulings = await self._door.run(visitors.review, [connection.visit for connection in due])
        for connection, ruling in zip(due, rulings, strict=True):
            connection.due = _next_check()
            self._apply(ruling, connection)

    def _apply(self, ruling: Ruling, connection: Connection) -> None:
        if not ruling.allowed:
            connection.close(frames.BYE)
        elif ruling.audience != connection.audience:
            connection.audience = ruling.audience
            connection.push([frames.reset(self._mark.low)])

    async def _sweep(self) -> None:
        for topic in topics.registered():
            await self._door.run(sweeps.sweep, topic, at=timezone.now())


def _audiences(connections: Iterable[Connection]) -> dict[Topic, set[Hashable]]:
    audiences: dict[Topic, set[Hashable]] = defaultdict(set)
    for connection in connections:
        audiences[connection.visit.topic].add(connection.audience)
    return audiences


def _chunks(reading: Reading, connection: Connection) -> list[bytes]:
    return reading.chunks.get((connection.visit.topic, connection.audience), [])


def _next_check() -> float:
    """Spread over the last quarter of the time allowed: browsers that came together are checked one after another."""
    longest: float = settings.LIVE_RECHECK_SECONDS
    return asyncio.get_running_loop().time() + random.uniform(0.75, 1) * longest  # noqa: S311


def _every(seconds: float) -> Callable[[], Awaitable[None]]:
    return lambda: asyncio.sleep(seconds)


async def _forever(act: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[None]]) -> None:
    while True:
        await pause()
        try:
            await act()
        except AWAY:
            logger.debug("The database is away", exc_info=True)
        except Exception:
            logger.exception("A loop of the live hub failed; it goes on")
