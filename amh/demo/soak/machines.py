"""A machine for one campaign: PostgreSQL, Redis and processes of the program, that fall and rise."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import redis
from django.conf import settings

from amh.core.services import Child, Embedded, stop_all

M = TypeVar("M", bound="Machine")

HOST = "127.0.0.1"
TOLD = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
"""What the processes may see of the caller's environment."""
PATIENCE = 60.0
STOPPING = 8.0
"""Seconds: until whatever was started answers, and from a request to stop to the end by force."""


class Machine:
    """Its servers and processes, by name. ``answers`` tells of a process whether it does; others need only live.

    A process is tied to the thread that starts it: one thread of the machine's own starts all of them.
    """

    def __init__(self) -> None:
        self.children: dict[str, Child] = {}
        self.answers: dict[str, Callable[[], bool]] = {}
        self._hand = ThreadPoolExecutor(1)
        self._embedded = Embedded(Path(tempfile.mkdtemp(prefix="amh-soak-")))

    def start(self) -> None:
        """Start all of it, with a database that is up to date. Raises ``CalledProcessError`` or ``Unavailable``."""
        self._embedded.own()
        self._embedded.prepare()
        self._hand.submit(self._embedded.start, lasting=True, output=self.hear).result()
        self.children = {child.name: child for child in self._embedded.children}
        self.answers = {server.name: server.is_ready for server in self._embedded.servers}
        self.manage("migrate", "--verbosity=0")
        self.furnish()

    def furnish(self) -> None:
        """Put into the empty database what the campaign needs, and start its processes."""
        raise NotImplementedError

    def employ(self, processes: Mapping[str, Child]) -> None:
        """Start these processes of the program, and wait until all of them answer."""
        for name, child in processes.items():
            child.env, child.output = self.environment(), self.hear
            self.children[name] = child
            self._start(child)
        for name in processes:
            self.wait(name)

    def stop(self) -> None:
        """Stop all of it and delete what it kept."""
        servers = self._embedded.children
        stop_all([child for child in self.children.values() if child not in servers], within=STOPPING)
        self._embedded.stop()
        self._hand.shutdown()
        self._embedded.wipe()
        shutil.rmtree(self._embedded.var, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        told = {name: os.environ[name] for name in TOLD if name in os.environ}
        place = {"DEMO": "1", "TIME_ZONE": settings.TIME_ZONE, "VAR_DIR": str(self._embedded.var)}
        return told | self._embedded.urls() | place

    def fall(self, name: str, how: signal.Signals, *, away: float) -> None:
        """End a process by a signal, leave it ``away`` for some seconds, start it again, and wait until it answers."""
        child = self.children[name]
        if child.process:
            child.process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(STOPPING)
        child.kill()
        time.sleep(away)
        self._start(child)
        self.wait(name)

    def forget(self) -> None:
        """Wipe Redis while it runs."""
        with redis.Redis.from_url(self._embedded.urls()["REDIS_URL"]) as client:
            client.flushall()

    def wait(self, name: str) -> None:
        """Wait until the process of this name answers, starting it again when it could not start. Raises
        ``TimeoutError`` when it never does.
        """
        child, deadline = self.children[name], time.monotonic() + PATIENCE
        answers = self.answers.get(name, lambda: child.is_alive)
        while not answers():
            if not child.is_alive:
                self._start(child)
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.1)

    def manage(self, *command: str) -> None:
        """Run a command of the program. Raises ``CalledProcessError``."""
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def hear(self, name: str, line: str) -> None:
        """Take note of what a process says."""

    def _start(self, child: Child) -> None:
        self._hand.submit(child.start).result()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(machine: M) -> Iterator[M]:
    """The machine, started, until the end of the block, however that comes."""
    try:
        machine.start()
        yield machine
    finally:
        machine.stop()
