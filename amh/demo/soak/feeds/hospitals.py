"""A hospital that is told: the listener, a worker and a beat, beside PostgreSQL and Redis."""

import csv
import os
import signal
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from amh.core.management.commands import up
from amh.demo.soak.machines import HOST, Machine, free_port

HEAD = ("unit_code", "unit_name", "unit_kind", "room", "bed", "bed_kind")


class Hospital(Machine):
    """Its one unit has these ``beds``, each a room and a label."""

    def __init__(self, beds: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.beds = list(beds)
        self.port = free_port()

    @property
    def database(self) -> str:
        """The address of its database."""
        return self.environment()["DATABASE_URL"]

    def furnish(self) -> None:
        """Describe the unit, and start the processes."""
        self.manage("import_structure", self._structure())
        _web, worker, beat, listener = up.processes(HOST, free_port())
        self.answers["listener"] = self._listens
        self.employ({"worker": worker, "beat": beat, "listener": listener})

    def fall(self, name: str, how: signal.Signals, *, away: float) -> None:
        """End a process, or those of the listener that apply (``appliers``), which it replaces by itself."""
        if name != "appliers":
            super().fall(name, how, away=away)
            return
        for pid in self._appliers():
            with suppress(ProcessLookupError):
                os.kill(pid, how)

    def _appliers(self) -> list[int]:
        listener = self.children["listener"].process
        if listener is None:
            return []
        with suppress(FileNotFoundError):
            pids = Path(f"/proc/{listener.pid}/task/{listener.pid}/children").read_text(encoding="ascii").split()
            return [int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return []

    def environment(self) -> dict[str, str]:
        """The listener is where the senders look for it."""
        return super().environment() | {"MLLP_PORT": str(self.port)}

    def _structure(self) -> str:
        path = Path(self.environment()["VAR_DIR"]) / "structure.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(HEAD)
            sheet.writerows(("FLUX", "Unité du flux", "inpatient", room, bed, "bed") for room, bed in self.beds)
        return str(path)

    def _listens(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True
