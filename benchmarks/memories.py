"""What the listener takes in memory while two hundred connections send it what no sender should.

Each kind in turn: all connections at once send messages of ten megabytes, halves of messages, garbage, or a byte now
and then, while one more sends real messages and waits for each answer. The memory is the process's own, at its highest
while that went on, beside what it was before. What bounds it: a connection holds one message, few large ones are read
at once, and what is too long is thrown away but for its beginning.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress

from benchmarks.feeds import Mllp, Sender, listener, message, now
from benchmarks.figures import percentile, show
from benchmarks.grounds import Grounds

CONNECTIONS, SECONDS = 200, 8.0
QUICK = 20, 1.0
LARGE = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024
MOST = 300.0
"""What it may take, in megabytes."""
BAD: dict[str, Callable[[bytes], bytes]] = {
    "large": lambda said: b"\x0b" + said + b"\rOBX|1|TX|||" + b"A" * LARGE + b"\x1c\r",
    "halves": lambda said: b"\x0b" + said[: len(said) // 2],
    "garbage": lambda _said: os.urandom(MEGABYTE),
    "dribble": lambda said: said[:1],
}


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print the memory of the listener, and how soon a sender who behaves is answered meanwhile."""
    connections, seconds = QUICK if quick else (CONNECTIONS, SECONDS)
    database = grounds.hospital(30)
    for kind, bad in BAD.items():
        with listener(grounds.environment(database)) as mllp, closing(Sender(mllp.port)) as sender:
            _answered(sender, 5)
            before = _memory(mllp)
            peak, waits = _under(mllp, sender, bad, connections=connections, seconds=seconds)
            show(f"memory.{kind}.peak", peak, "MB", {"before": before, "aim": MOST})
            show(f"memory.{kind}.answer.p95", percentile(waits, 95), "ms")


def _under(
    mllp: Mllp, sender: Sender, bad: Callable[[bytes], bytes], *, connections: int, seconds: float
) -> tuple[float, list[float]]:
    """The highest memory while so many connections send what is bad, and the waits of the one who behaves."""
    over, said = threading.Event(), bad(message("A28", 1, "", now()).encode())
    peak, waits = 0.0, []
    with ExitStack() as stack:
        links = [stack.enter_context(socket.create_connection(("127.0.0.1", mllp.port))) for _ in range(connections)]
        for link in links:
            threading.Thread(target=_pester, args=[link, said, over], daemon=True).start()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            waits += _answered(sender, 1)
            peak = max(peak, _memory(mllp))
        over.set()
    return peak, waits


def _pester(link: socket.socket, said: bytes, over: threading.Event) -> None:
    """Send it again and again, and read no answer."""
    with suppress(OSError):
        while not over.wait(0.05):
            link.sendall(said)


def _answered(sender: Sender, many: int) -> list[float]:
    """How many milliseconds each of so many messages waited for its answer."""
    waits = []
    for _ in range(many):
        began = time.monotonic()
        sender.say(message("A28", 1, "", now()))
        waits.append(1_000 * (time.monotonic() - began))
    return waits


def _memory(mllp: Mllp) -> float:
    return float(mllp.process.memory_info().rss) / MEGABYTE
