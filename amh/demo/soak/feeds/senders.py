"""Other systems as they really are: one message at a time, and the very same bytes again until they are answered."""

import re
import socket
import time
from collections import Counter
from contextlib import suppress
from random import Random
from threading import Lock

from amh.demo.soak.feeds.tellings import Told
from amh.demo.soak.machines import HOST
from amh.interop.mllp.blocks import Blocks, framed

PATIENCE, PAUSE = 30.0, 0.2
"""Seconds for which an answer is waited for; before the next try."""
LONGEST = 300.0
"""Seconds after which a message that nobody takes is given up: a fault."""
ANSWER = re.compile(rb"\rMSA\|(A[AER])\|([^|\r]*)")


class Progress:
    """How many messages have been answered by ``AA``, and what else was counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._lock = Lock()

    def count(self, name: str) -> None:
        """One more."""
        with self._lock:
            self.counts[name] += 1


class Sender:
    """One connection of another system, made again whenever it breaks.

    It ``hangs_up`` so often by itself: in the middle of a message, or after it, without waiting for the answer.
    """

    def __init__(self, port: int, chance: Random, progress: Progress, *, hangs_up: float) -> None:
        self._port = port
        self._chance = chance
        self._hangs_up = hangs_up
        self._progress = progress
        self._link: socket.socket | None = None
        self._blocks = Blocks()

    def tell(self, told: list[Told]) -> None:
        """Send these in order, each until it is accepted."""
        for one in told:
            if not self._accepted(one):
                self._progress.faults.append(f"{one.control_id}: never accepted")
                break
            self._progress.count("AA")
        self._hang_up()

    def _accepted(self, one: Told) -> bool:
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            code, about = self._say(one.raw)
            if code == "AA" and about == one.control_id:
                return True
            if code == "AR" or (code and about != one.control_id):
                self._progress.faults.append(f"{one.control_id}: answered {code} {about}")
            self._hang_up()
            time.sleep(PAUSE)
        return False

    def _say(self, raw: bytes) -> tuple[str, str]:
        """Send once; the code of the answer and what it is about, both empty without one."""
        code, about = "", ""
        with suppress(OSError):
            code, about = self._exchange(self._connected(), framed(raw))
        if code != "AA" and self._link is not None:
            self._progress.count(code or "unanswered")
        return code, about

    def _connected(self) -> socket.socket:
        if self._link is None:
            self._blocks = Blocks()
            self._link = socket.create_connection((HOST, self._port), timeout=PATIENCE)
            self._progress.count("connections")
        return self._link

    def _exchange(self, link: socket.socket, frame: bytes) -> tuple[str, str]:
        self._progress.count("sendings")
        if self._chance.random() < self._hangs_up:
            link.sendall(frame[: self._chance.randint(1, len(frame))])
            self._progress.count("hung up")
            return "", ""
        link.sendall(frame)
        while data := link.recv(65536):
            for block in self._blocks.feed(data):
                found = ANSWER.search(block.content)
                return (found[1].decode(), found[2].decode()) if found else ("?", "")
        return "", ""

    def _hang_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
