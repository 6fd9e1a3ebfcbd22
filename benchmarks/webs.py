"""A web process of the program, or of a bare application beside it, served in the very same way."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection

import psutil

from benchmarks.grounds import PROJECT

APPLICATION = "amh.asgi:application"
PATIENCE = 30.0


def command(application: str, port: int) -> list[str]:
    """The command with which ``manage.py up`` starts the web process."""
    return [
        *(sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--timeout-graceful-shutdown", "5"),
        *("--no-access-log", "--log-level", "warning"),
    ]


@dataclass(frozen=True, slots=True)
class Web:
    """A web process that answers on a port of this machine."""

    port: int
    process: psutil.Process

    def memory(self) -> int:
        """Bytes that the process holds: its own, and its share of those it has in common."""
        return int(self.process.memory_full_info().pss)

    def seconds(self) -> float:
        """Processor time used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(application: str, environment: Mapping[str, str], *, port: int | None = None) -> Iterator[Web]:
    """The process, from its first answer to the end of the block."""
    port = port or free_port()
    process = subprocess.Popen(command(application, port), cwd=PROJECT, env=dict(environment))
    try:
        _wait(process, port)
        yield Web(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=5)) as link:
            link.request("GET", "/healthz")
            answer = link.getresponse()
            answer.read()
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise SystemExit("benchmarks: the web process does not answer")
