"""The network between one screen and the web processes: it breaks, hangs, and is slow."""

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from random import Random

from amh.demo.soak.machines import HOST

MOST = 64 * 1024


class Wire:
    """Listens at ``port``; each connection is carried to one of ``targets``, drawn by ``chance``.

    Behind one wire are all the connections of one screen.
    """

    def __init__(self, targets: Sequence[int], chance: Random) -> None:
        self._targets = targets
        self._chance = chance
        self._delay = 0.0
        self._is_cut = False
        self._flows = threading.Event()
        self._flows.set()
        self._ends: set[socket.socket] = set()
        self._turn = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and each new one, until ``mend``."""
        with self._turn:
            self._is_cut = True
            ends = list(self._ends)
        for end in ends:
            _shut(end)

    def freeze(self) -> None:
        """Let nothing through until ``mend``, and tell neither side."""
        self._flows.clear()

    def slow(self, seconds: float) -> None:
        """Hold back each piece for so long, until ``mend``."""
        self._delay = seconds

    def mend(self) -> None:
        """Carry everything again, also what was held back."""
        self._is_cut = False
        self._delay = 0.0
        self._flows.set()

    def close(self) -> None:
        """Be a wire no more."""
        _shut(self._listener)
        self._listener.close()
        self.cut()
        self._flows.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection((HOST, self._chance.choice(self._targets)))
        except OSError:
            near.close()
            return
        with self._turn:
            self._ends |= {near, far}
            is_cut = self._is_cut
        if is_cut:
            _shut(near)
            _shut(far)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(MOST):
                self._flows.wait()
                time.sleep(self._delay)
                sink.sendall(data)
        _shut(source)
        _shut(sink)
        with self._turn:
            self._ends.discard(source)
        source.close()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
