"""Server-sent events as bytes, following the HTML standard, section 9.2.6 (interpreting an event stream)."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from amh.core.live.topics import Event

CHUNK = 32 * 1024
"""Bytes written to a browser at once: half of what the server buffers before it makes the writer wait."""


def encode(event: Event, *, position: int | None = None) -> bytes:
    """One event; a browser that has read it resumes from ``position`` (from its former one when ``None``)."""
    lines = [f"event: {event.name}"]
    if position is not None:
        lines.append(f"id: {position}")
    text = event.data.replace("\r\n", "\n").replace("\r", "\n")
    lines += [f"data: {line}" for line in text.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def pack(events: Iterable[Event], *, position: int) -> list[bytes]:
    """The events of one batch in chunks; only the last carries the position: the batch counts once it is whole."""
    batch = list(events)
    if not batch:
        return []
    firsts = [encode(event) for event in batch[:-1]]
    return list(_chunks([*firsts, encode(batch[-1], position=position)]))


def beat(*, at: datetime, position: int, stale: bool) -> bytes:
    """The sign of life: the data on screen are those of ``at``; ``stale`` when the database has not answered since."""
    facts = {"at": at.isoformat(timespec="seconds"), "position": position, "stale": stale}
    return encode(Event("beat", json.dumps(facts)), position=position)


def reset(position: int) -> bytes:
    """The order to load the page again: too much has changed, or too long ago."""
    return encode(Event("reset", json.dumps({"position": position})), position=position)


def retry(milliseconds: int) -> bytes:
    """How long the browser waits before it comes back."""
    return f"retry: {milliseconds}\n\n".encode()


BYE = encode(Event("bye", "{}"))
"""The last event of one whose right has ended."""


def _chunks(frames: Iterable[bytes]) -> Iterator[bytes]:
    chunk: list[bytes] = []
    size = 0
    for frame in frames:
        if chunk and size + len(frame) > CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
        chunk.append(frame)
        size += len(frame)
    yield b"".join(chunk)
