"""A hospital for one night: PostgreSQL, Redis, two web processes, a worker and a beat, that fall and rise."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
from django.conf import settings

from amh.core.management.commands import up
from amh.core.services import Child, Embedded, stop_all

HOST = "127.0.0.1"
TOLD = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
"""What the processes may see of the caller's environment."""
PATIENCE = 60.0
STOPPING = 8.0
"""Seconds: until whatever was started answers, and from a request to stop to the end by force."""
FAILED = ("it goes on", "cannot be rendered")
"""Words of the log by which the live boards own up to an error of the program."""


class Hospital:
    """``complaints`` are the lines by which its processes owned up to an error that no outage explains.

    A process is tied to the thread that starts it: one thread of the hospital's own starts all of them.
    """

    def __init__(self, beds: int) -> None:
        self.beds = beds
        self.ports = (free_port(), free_port())
        self.complaints: list[str] = []
        self.children: dict[str, Child] = {}
        self._hand = ThreadPoolExecutor(1)
        self._embedded = Embedded(Path(tempfile.mkdtemp(prefix="amh-night-")))

    def start(self) -> None:
        """Start all of it, with the demonstration in its database. Raises ``CalledProcessError`` or ``Unavailable``."""
        self._embedded.own()
        self._embedded.prepare()
        self._hand.submit(self._embedded.start, lasting=True, output=self._hear).result()
        environment = self.environment()
        for command in (["migrate", "--verbosity=0"], ["seed_demo", f"--beds={self.beds}"]):
            self._manage(*command, environment=environment)
        first, worker, beat, _mllp = up.processes(HOST, self.ports[0])
        second = up.processes(HOST, self.ports[1])[0]
        self.children = {child.name: child for child in self._embedded.children}
        self.children |= {"web": first, "web2": second, "worker": worker, "beat": beat}
        for child in (first, second, worker, beat):
            child.env, child.output = environment, self._hear
            self._start(child)
        for name in self.children:
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
        while not self._answers(name):
            if not child.is_alive:
                self._start(child)
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.1)

    def _answers(self, name: str) -> bool:
        for server in self._embedded.servers:
            if server.name == name:
                return server.is_ready()
        if name in ("web", "web2"):
            return up.answers(HOST, self.ports[name == "web2"])
        return self.children[name].is_alive

    def _start(self, child: Child) -> None:
        self._hand.submit(child.start).result()

    def _manage(self, *command: str, environment: Mapping[str, str]) -> None:
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _hear(self, name: str, line: str) -> None:
        if any(words in line for words in FAILED):
            self.complaints.append(f"{name}: {line}")


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def opened(beds: int) -> Iterator[Hospital]:
    """A hospital that runs until the end of the block, however that comes."""
    hospital = Hospital(beds)
    try:
        hospital.start()
        yield hospital
    finally:
        hospital.stop()
