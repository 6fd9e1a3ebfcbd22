import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import redis

from amh.core.live import bell


async def until(met, *, within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not met():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def listening(scenario) -> None:
    """Run the scenario with a count of what is heard."""

    async def run() -> None:
        heard: list[float] = []
        task = asyncio.create_task(bell.listen(lambda: heard.append(time.monotonic())))
        try:
            await until(lambda: heard)
            await scenario(heard)
        finally:
            task.cancel()

    # A browser of another test may keep an event loop in this thread.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(run())).result()


def test_each_ring_is_heard(bell_server) -> None:
    async def scenario(heard: list[float]) -> None:
        for expected in (2, 3, 4):
            await asyncio.to_thread(bell.ring)
            await until(lambda expected=expected: len(heard) == expected)

    listening(scenario)


def test_a_wiped_redis_changes_nothing(bell_server) -> None:
    async def scenario(heard: list[float]) -> None:
        await asyncio.to_thread(bell.ring)
        await until(lambda: len(heard) == 2)
        with redis.Redis.from_url(bell_server.url) as client:
            client.flushall()
        await asyncio.to_thread(bell.ring)
        await until(lambda: len(heard) == 3)

    listening(scenario)


def test_a_redis_that_comes_back_rings_by_itself(bell_server) -> None:
    async def scenario(heard: list[float]) -> None:
        await asyncio.to_thread(bell_server.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(bell_server.start)
        await until(lambda: len(heard) == 2)

    listening(scenario)


def test_a_dead_redis_is_tried_once_then_spared(bell_server, caplog) -> None:
    bell_server.stop()
    for _ in range(100):
        bell.ring()
    assert [record.message for record in caplog.records if "not rung" in record.message] != []
    assert len(caplog.records) == 1
    bell_server.start()
