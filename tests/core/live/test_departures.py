import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.conftest import database_url
from tests.core.live.streams import Stream


@pytest.fixture
def patient_server(transactional_db, bell_server) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The whole application in a process that would wait a minute for its open answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "amh.asgi:application", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--timeout-graceful-shutdown", "60", "--log-level", "warning"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url(), "REDIS_URL": bell_server.url},
    )
    while process.poll() is None and not _answers(port):
        time.sleep(0.05)
    yield process, port
    process.kill()
    process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_stopping_server_does_not_wait_for_its_streams(patient_server, session) -> None:
    process, port = patient_server
    stream = Stream(port, "/live/lits", session=session)
    stream.take("beat")
    process.send_signal(signal.SIGTERM)
    assert "bye" not in stream.rest()
    process.wait(timeout=30)
    stream.close()
