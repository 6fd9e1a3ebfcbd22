"""The listener as it really runs, and senders as they really are."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from django.conf import settings

from amh.interop.mllp.blocks import Blocks, framed
from amh.interop.models import InboundMessage, MessageState
from tests.conftest import database_url


class Sender:
    """Another system on one connection."""

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None, timeout: float = 20.0) -> None:
        self.link = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        if tls:
            self.link = tls.wrap_socket(self.link, server_hostname="localhost")
        self._blocks = Blocks()
        self._answers: list[str] = []

    def write(self, data: bytes) -> None:
        """Send these bytes as they are."""
        self.link.sendall(data)

    def answer(self) -> str:
        """The next acknowledgment; raises ``ConnectionError`` when the listener hangs up."""
        while not self._answers:
            data = self.link.recv(65536)
            if not data:
                raise ConnectionError
            self._answers += [block.content.strip(b"\x0b").decode() for block in self._blocks.feed(data)]
        return self._answers.pop(0)

    def say(self, message: bytes) -> str:
        """Send a message and wait for its answer."""
        self.write(framed(message))
        return self.answer()

    def close(self) -> None:
        """Leave."""
        self.link.close()


class Listener:
    """``manage.py mllp`` on the test database, at a port of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "mllp", "--port", "0", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database_url()} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = self.process.stdout.readline()
        found = re.match(r"MLLP : 127\.0\.0\.1:(\d+)", said)
        assert found, said + self.process.communicate()[1]
        self.port = int(found[1])

    @contextmanager
    def sender(self, **options: object) -> Iterator[Sender]:
        """A connection until the end of the block."""
        with closing(Sender(self.port, **options)) as sender:
            yield sender

    def stop(self) -> str:
        """Ask it to stop, if it runs; what it complained of."""
        self.process.send_signal(signal.SIGTERM)
        return "" if self.process.stderr.closed else self.process.communicate(timeout=20)[1]


def decided(count: int) -> list[InboundMessage]:
    """The messages, once so many of them have been decided upon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        rows = list(InboundMessage.objects.exclude(state=MessageState.RECEIVED).order_by("pk"))
        if len(rows) >= count:
            return rows
        time.sleep(0.05)
    raise AssertionError(list(InboundMessage.objects.values_list("control_id", "state")))


@pytest.fixture(scope="session")
def listener(django_db_setup: None, django_db_blocker: object) -> Iterator[Listener]:
    """A listener for the whole run."""
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture
def started(django_db_setup: None) -> Iterator[Callable[..., Listener]]:
    """Start listeners of one's own."""
    running: list[Listener] = []

    def start(*arguments: str, **environment: str) -> Listener:
        running.append(Listener(*arguments, **environment))
        return running[-1]

    yield start
    for one in running:
        one.stop()
