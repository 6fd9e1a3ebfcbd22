"""The pair of embedded servers: started once for a project folder, shared by every command, stopped by who started."""

import fcntl
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from amh.core.services.children import Child, Output, show, stop_all
from amh.core.services.errors import Unavailable
from amh.core.services.places import choose
from amh.core.services.postgres import Postgres, environment
from amh.core.services.redis import Redis

START_LIMIT = 20.0
STOP_LIMIT = 1.5
VARIABLES = (Postgres.variable, Redis.variable)

Server = Postgres | Redis


class Embedded:
    """The servers that stand for the missing ``variables``, with their data under ``var``.

    One process at a time owns them, by a lock that the system frees when the owner dies, however it dies.
    """

    def __init__(self, var: Path, variables: Iterable[str] = VARIABLES, *, durable: bool = True) -> None:
        self.var = var.absolute()
        self.variables = tuple(variables)
        self.durable = durable
        self.children: list[Child] = []
        self.servers: list[Server] = []
        self.lock: int | None = None

    @property
    def state_file(self) -> Path:
        """Where the owner says what runs."""
        return self.var / "services.json"

    def own(self) -> bool:
        """Become the owner; ``False`` when another process owns the servers."""
        self.lock = _locked(self.var / "services.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if self.lock is not None:
            self.state_file.unlink(missing_ok=True)
        return self.lock is not None

    def prepare(self) -> dict[str, str]:
        """Make the owned servers ready to start, and return their addresses by variable."""
        place = choose(self.var)
        if Postgres.variable in self.variables:
            self.servers.append(Postgres(place, durable=self.durable))
        if Redis.variable in self.variables:
            self.servers.append(Redis(place))
        for server in self.servers:
            server.prepare()
        return self.urls()

    def urls(self) -> dict[str, str]:
        """Return the addresses of the owned servers by variable."""
        return {server.variable: server.url for server in self.servers}

    def start(self, *, lasting: bool, output: Output = show) -> None:
        """Start the servers and wait until both answer.

        ``lasting`` tells other commands that they may lean on these servers without holding them up.
        Raises ``Unavailable`` when one does not answer.
        """
        self.children = [
            Child(
                server.name,
                server.command(),
                stop_signal=server.stop_signal,
                account=server.place.account,
                env=environment(),
                cwd=server.place.root,
                output=output,
            )
            for server in self.servers
        ]
        for child in self.children:
            child.start()
        for server, child in zip(self.servers, self.children, strict=True):
            _wait_until_ready(server, child)
        self._tell(lasting=lasting)

    def stop(self) -> None:
        """Stop the servers and let go of them. Commands that lean on short-lived servers are waited for."""
        state = self.running() or {}
        users = None if state.get("lasting") else _locked(self.var / "services.users", fcntl.LOCK_EX)
        self.state_file.unlink(missing_ok=True)
        stop_all(self.children, within=STOP_LIMIT)
        self.children = []
        if users is not None:
            os.close(users)
        self.leave()

    def leave(self) -> None:
        """Let go of the servers: the owner after it stopped them, another command when it ends."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def running(self) -> dict[str, object] | None:
        """Return what the owner says runs, if anything."""
        try:
            return dict(json.loads(self.state_file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def join(self) -> dict[str, str] | None:
        """Return the addresses of servers that another process runs, holding them up while we live."""
        state = self.running()
        if not state or not all(name in state for name in self.variables):
            return None
        self.lock = _locked(self.var / "services.users", fcntl.LOCK_SH | fcntl.LOCK_NB)
        return {name: str(state[name]) for name in self.variables} if self.lock is not None else None

    def wipe(self) -> None:
        """Delete the data of the owned servers, and ``var`` with it."""
        choose(self.var).wipe()

    def _tell(self, *, lasting: bool) -> None:
        pids = {child.name: child.process.pid for child in self.children if child.process}
        state = self.urls() | {"pid": os.getpid(), "pids": pids, "lasting": lasting}
        fresh = self.state_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, indent=1), encoding="utf-8")
        fresh.rename(self.state_file)


def _locked(path: Path, how: int) -> int | None:
    """Open ``path`` and lock it; ``None`` when it may not wait and another process holds the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _wait_until_ready(server: Server, child: Child) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not server.is_ready():
        child.keep()
        if time.monotonic() > deadline:
            raise Unavailable(f"{server.name} : le serveur ne démarre pas (données : {server.place.root}).")
        time.sleep(0.03)
