"""A browser's side of a stream, as bare as the protocol: it reads events in a thread until the server hangs up."""

import http.client
import json
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from amh.core.live import feed
from amh.core.models import Change


@dataclass
class Received:
    name: str = "message"
    id: str | None = None
    data: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.data)

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.text)


class Stream:
    """An answer to ``GET path``; when it is a stream, its events as they come, then ``None`` once it has ended."""

    def __init__(self, port: int, path: str, *, session: str = "", **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        cookie = {"Cookie": f"sessionid={session}"} if session else {}
        self.connection.request("GET", path, headers=cookie | {k.replace("_", "-"): v for k, v in headers.items()})
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.retry = ""
        self.events: queue.Queue[Received | None] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def take(self, name: str, *, within: float = 10) -> Received:
        """The next event of that name; others before it are skipped."""
        deadline = time.monotonic() + within
        while True:
            event = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            if event is None:
                raise AssertionError(f"The stream ended before any {name}")
            if event.name == name:
                return event

    def cards(self, *texts: str, within: float = 10) -> None:
        """Wait until each of the texts has come as a card."""
        deadline = time.monotonic() + within
        missing = set(texts)
        while missing:
            missing.discard(self.take("card", within=deadline - time.monotonic()).text)

    def rest(self, *, within: float = 10) -> list[str]:
        """The names of all that still comes, once the server has hung up."""
        names = []
        while event := self.events.get(timeout=within):
            names.append(event.name)
        return names

    def close(self) -> None:
        if self.connection.sock:
            self.connection.sock.shutdown(2)
        self.reader.join(5)
        self.response.close()
        self.connection.close()

    def _read(self) -> None:
        event = Received()
        try:
            for line in self.response:
                event = self._hear(line.decode().rstrip("\n"), event)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self.events.put(None)

    def _hear(self, line: str, event: Received) -> Received:
        if not line:
            if event.data:
                self.events.put(event)
            return Received()
        name, _, value = line.partition(": ")
        match name:
            case "event":
                event.name = value
            case "id":
                event.id = value
            case "data":
                event.data.append(value)
            case "retry":
                self.retry = value
        return event


def position_past_all() -> int:
    """A position that is past every change written so far: other tests' transactions hold it back for a moment."""
    newest = Change.objects.aggregate(newest=Max("transaction"))["newest"] or 0
    deadline = time.monotonic() + 120
    while (position := feed.position()) <= newest:
        assert time.monotonic() < deadline, "another transaction does not end"
        time.sleep(0.01)
    return position
