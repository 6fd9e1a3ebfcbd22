"""Many boards left open: each comes back by itself, as the scripts of the page do it."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection
from random import Random

from amh.demo.soak.machines import HOST
from amh.demo.soak.nights.boards import Board, NoBoard, frames
from amh.demo.soak.nights.visitors import AWAY, Visitor
from amh.demo.soak.nights.wires import Wire

SILENCE = 12.0
RETRIES = (1.0, 2.0, 4.0, 8.0, 15.0)
RELOAD = 5.0
"""Seconds of ``live.js`` and of ``503.html``: a stream that says nothing is given up, and comes back after pauses that
are drawn around these; a page that could not be loaded is asked for again.
"""


@dataclass(frozen=True)
class Sample:
    """What a board shows at a moment: how each bed is, how old that is, and whether it says that it is live."""

    states: dict[int, str]
    since: datetime
    live: bool


class Screen(threading.Thread):
    """One board, behind a wire of its own. ``counts`` tells what it went through."""

    def __init__(self, number: int, visitor: Visitor, address: str, wire: Wire, chance: Random) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.visitor = visitor
        self.address = address
        self.wire = wire
        self.counts: Counter[str] = Counter()
        self._chance = chance
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._board: Board | None = None
        self._beat_at = 0.0
        self._tries = 0

    def __str__(self) -> str:
        return f"board {self.number} {self.visitor.name} {self.visitor.language} {self.address}"

    def board(self) -> Board | None:
        """What it holds now; ``None`` before its page could be loaded."""
        with self._lock:
            return self._board and self._board.copy()

    def sample(self) -> Sample | None:
        """What whoever looks at it sees."""
        with self._lock:
            if self._board is None:
                return None
            states = {bed.pk: bed.state for bed in self._board.beds().values()}
            return Sample(states, self._board.at, time.monotonic() - self._beat_at < SILENCE)

    def end(self) -> None:
        """Close it."""
        self._ended.set()

    def run(self) -> None:
        """Be open until the end."""
        while not self._ended.is_set():
            if self._attempt(self._load):
                self._watch()
            else:
                self._ended.wait(RELOAD)

    def _watch(self) -> None:
        """Stay with the page that was loaded until it must be loaded again."""
        self._tries = 0
        while not self._ended.is_set():
            if self._attempt(self._follow):
                return
            pause = RETRIES[min(self._tries, len(RETRIES) - 1)]
            self._tries += 1
            self._ended.wait(pause * self._chance.uniform(0.5, 1.5))
            self.counts["reconnections"] += 1

    def _attempt(self, act: Callable[[], bool]) -> bool:
        try:
            return act()
        except (NoBoard, *AWAY):
            return False

    def _load(self) -> bool:
        answer = self.visitor.ask(self.address, port=self.wire.port)
        board = Board.read(answer.text)
        with self._lock:
            self._board, self._beat_at = board, 0.0
        return True

    def _follow(self) -> bool:
        """Read the stream to its end; tell whether the page must be loaded again."""
        assert self._board  # noqa: S101 - a page was loaded
        address = f"{self._board.live}{'&' if '?' in self._board.live else '?'}last={self._board.position}"
        with closing(HTTPConnection(HOST, self.wire.port, timeout=SILENCE)) as link:
            link.request("GET", address, headers=self.visitor.headers() | {"Accept": "text/event-stream"})
            answer = link.getresponse()
            if answer.status != HTTPStatus.OK:
                self.counts[f"answers {answer.status}"] += 1
                return False
            for frame in frames(iter(answer.readline, b"")):
                self.counts["frames"] += 1
                if frame.name == "reset":
                    self.counts["resets"] += 1
                    self._ended.wait(self._chance.random())
                    return True
                with self._lock:
                    self._board.take(frame)
                if frame.name == "beat":
                    self._tries, self._beat_at = 0, self._heard(frame.text)
        return False

    def _heard(self, beat: str) -> float:
        """When a beat last said that the data are those of the database: a stale one does not."""
        return self._beat_at if '"stale": true' in beat else time.monotonic()
