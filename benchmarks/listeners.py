"""Many open boards in one light process: ``python -m benchmarks.listeners PORT PATH COOKIE``.

It takes orders on its standard input, one a line, and answers each with a line of JSON: ``open N`` opens streams until
there are N and every one has heard its first beat; ``collect`` tells what has been heard since the last time.
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from typing import Any

import uvloop

CLEANING = re.compile(rb'id="lit-(\d+)"[^>]*data-state="cleaning"')
AT_ONCE = 32


class Ears:
    """What all the streams have heard: for each bed, the times at which it was said to want cleaning."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port = port
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookie}", "Accept: text/event-stream"]
        self.request = "\r\n".join([*lines, "Accept-Language: fr", "", ""]).encode()
        self.streams: list[Stream] = []
        self.lost = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.heard: dict[int, list[float]] = defaultdict(list)
        self.bytes = 0
        self.spent = time.process_time()

    async def open(self, count: int) -> dict[str, Any]:
        """Have ``count`` streams open."""
        began, few = time.monotonic(), asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._open_one(few) for _ in range(count - len(self.streams))))
        return {"seconds": time.monotonic() - began}

    async def _open_one(self, few: asyncio.Semaphore) -> None:
        async with few:
            loop = asyncio.get_running_loop()
            _transport, stream = await loop.create_connection(lambda: Stream(self), "127.0.0.1", self.port)
            self.streams.append(stream)
            await stream.begun

    def collect(self) -> dict[str, Any]:
        """Tell and forget what was heard."""
        told = {"heard": self.heard, "bytes": self.bytes, "lost": self.lost, "cpu": time.process_time() - self.spent}
        self.forget()
        return told


class Stream(asyncio.Protocol):
    """One open board."""

    __slots__ = ("begun", "ears", "rest")

    def __init__(self, ears: Ears) -> None:
        self.ears = ears
        self.rest = b""
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for the stream."""
        transport.write(self.ears.request)

    def data_received(self, data: bytes) -> None:
        """Note when each bed was heard of; an event that has not come whole waits for its end."""
        at = time.time()
        self.ears.bytes += len(data)
        if not self.begun.done() and b"event: beat" in data:
            self.begun.set_result(None)
        whole = self.rest + data
        self.rest = b"" if whole.endswith(b"\n\n\r\n") else whole
        if not self.rest:
            for bed in CLEANING.findall(whole):
                self.ears.heard[int(bed)].append(at)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody should go."""
        self.ears.lost += 1
        if not self.begun.done():
            self.begun.set_exception(ConnectionError("the stream was refused"))


async def obey(ears: Ears) -> None:
    """Do what the lines say until there are no more."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order, *numbers = line.decode().split()
        answer = await ears.open(int(numbers[0])) if order == "open" else ears.collect()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(obey(Ears(int(sys.argv[1]), sys.argv[2], sys.argv[3])))
