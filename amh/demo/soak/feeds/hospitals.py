"""A hospital that is told: the listener, a worker and a beat, beside PostgreSQL and Redis."""

import csv
import socket
from collections.abc import Iterable
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
