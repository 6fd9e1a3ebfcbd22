"""Many open boards in one light process: ``python -m benchmarks.listeners PORT PATH COOKIE``.

It takes orders on its standard input, one a line, and answers each with a line of JSON: ``open N`` opens streams until
there are N and every one has heard a beat; ``collect`` tells what has been heard since the last time.

A stream that is lost comes back as the page does it (``static/js/live.js``): after a pause that is drawn, longer at
each try, from the position that it heard last.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import defaultdict
from typing import Any

import uvloop

CHANGED = re.compile(rb'id="lit-(\d+)"[^>]*data-state="(cleaning|free)"')
POSITION = re.compile(rb"^id: (\d+)$", re.MULTILINE)
AT_ONCE = 32
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before a lost stream comes back, by how often it has tried; each is drawn from half to half as much again."""


class Ears:
    """What all the streams have heard: for each bed and state, as ``12 free``, the times at which it was told."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port = port
        self.path = path
        self.headers = (
            f"Host: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\nAccept-Language: fr\r\n\r\n"
        )
        self.wanted = 0
        self.live: set[Stream] = set()
        self.all_live = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.lost = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.heard: dict[str, list[float]] = defaultdict(list)
        self.bytes = 0
        self.spent = time.process_time()

    async def open(self, count: int) -> dict[str, Any]:
        """Have ``count`` streams open and live."""
        began, few = time.monotonic(), asyncio.Semaphore(AT_ONCE)
        more, self.wanted = count - self.wanted, max(count, self.wanted)
        self.count()
        await asyncio.gather(*(self._open_one(few) for _ in range(more)))
        await self.all_live.wait()
        return {"seconds": time.monotonic() - began}

    async def _open_one(self, few: asyncio.Semaphore) -> None:
        async with few:
            await asyncio.wait([(await self.connect("", 0)).begun])

    async def connect(self, last: str, tries: int) -> "Stream":
        """A new stream, from the position ``last`` on."""
        loop = asyncio.get_running_loop()
        _transport, stream = await loop.create_connection(lambda: Stream(self, last, tries), "127.0.0.1", self.port)
        return stream

    def come_back(self, last: str, tries: int) -> None:
        """Open a stream again after a pause."""
        task = asyncio.create_task(self._come_back(last, tries))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _come_back(self, last: str, tries: int) -> None:
        await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5))
        try:
            await self.connect(last, tries + 1)
        except OSError:
            self.come_back(last, tries + 1)

    def count(self) -> None:
        """Note whether all that are wanted are live."""
        (self.all_live.set if len(self.live) >= self.wanted else self.all_live.clear)()

    def collect(self) -> dict[str, Any]:
        """Tell and forget what was heard."""
        told = {"heard": self.heard, "bytes": self.bytes, "lost": self.lost, "cpu": time.process_time() - self.spent}
        self.forget()
        return told


class Stream(asyncio.Protocol):
    """One open board."""

    __slots__ = ("begun", "ears", "last", "rest", "transport", "tries")

    def __init__(self, ears: Ears, last: str, tries: int) -> None:
        self.ears = ears
        self.last = last
        self.tries = tries
        self.rest = b""
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for the stream."""
        self.transport = transport
        path = f"{self.ears.path}?last={self.last}" if self.last else self.ears.path
        transport.write(f"GET {path} HTTP/1.1\r\n{self.ears.headers}".encode())

    def data_received(self, data: bytes) -> None:
        """Note when each bed was heard of; an event that has not come whole waits for its end."""
        at = time.time()
        self.ears.bytes += len(data)
        if not self.begun.done():
            self._begin(data)
        whole = self.rest + data
        self.rest = b"" if whole.endswith(b"\n\n\r\n") else whole
        if not self.rest:
            self.last = (POSITION.findall(whole) or [self.last.encode()])[-1].decode()
            for bed, state in CHANGED.findall(whole):
                self.ears.heard[f"{int(bed)} {state.decode()}"].append(at)

    def _begin(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1") and not data.startswith(b"HTTP/1.1 200"):
            self.transport.close()
        elif b"event: beat" in data:
            self.begun.set_result(None)
            self.tries = 0
            self.ears.live.add(self)
            self.ears.count()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody should go; whoever does comes back."""
        self.ears.lost += 1
        self.ears.live.discard(self)
        self.ears.count()
        self.begun.cancel()
        self.ears.come_back(self.last, self.tries)


async def obey(ears: Ears) -> None:
    """Do what the lines say until there are no more."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order, *numbers = line.decode().split()
        answer = await ears.open(int(numbers[0])) if order == "open" else ears.collect()
        print(json.dumps(answer), flush=True)


async def listen(port: int, path: str, cookie: str) -> None:
    """Hold the boards open that the orders ask for."""
    await obey(Ears(port, path, cookie))


if __name__ == "__main__":
    uvloop.run(listen(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
