"""A hospital for one night: two web processes, a worker and a beat, beside PostgreSQL and Redis."""

from functools import partial

from amh.core.management.commands import up
from amh.demo.soak.machines import HOST, Machine, free_port

FAILED = ("it goes on", "cannot be rendered")
"""Words of the log by which the live boards own up to an error of the program."""


class Hospital(Machine):
    """``complaints`` are the lines by which its processes owned up to an error that no outage explains."""

    def __init__(self, beds: int) -> None:
        super().__init__()
        self.beds = beds
        self.ports = (free_port(), free_port())
        self.complaints: list[str] = []

    def furnish(self) -> None:
        """Fill the database with the demonstration, and start the processes."""
        self.manage("seed_demo", f"--beds={self.beds}")
        first, worker, beat, _mllp = up.processes(HOST, self.ports[0])
        second = up.processes(HOST, self.ports[1])[0]
        for name, port in zip(("web", "web2"), self.ports, strict=True):
            self.answers[name] = partial(up.answers, HOST, port)
        self.employ({"web": first, "web2": second, "worker": worker, "beat": beat})

    def hear(self, name: str, line: str) -> None:
        """Keep what a process owns up to."""
        if any(words in line for words in FAILED):
            self.complaints.append(f"{name}: {line}")
