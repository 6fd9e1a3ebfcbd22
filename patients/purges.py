"""Where a number may have been copied, beyond its row: each place says how it forgets one (ID-11).

Places above this app (messages received, messages to send, documents) register themselves while the program starts.
"""

from datetime import datetime
from typing import Protocol


class Purge(Protocol):
    """Blanks a value wherever this place has copied it, inside the running transaction; tells in how many rows."""

    def __call__(self, value: str, *, at: datetime) -> int: ...


_places: dict[str, Purge] = {}


def register(name: str, purge: Purge) -> None:
    """Have ``purge`` called, as the place ``name``, whenever a number is to be forgotten."""
    _places[name] = purge


def forget(value: str, *, at: datetime) -> dict[str, int]:
    """Blank the value everywhere; how many rows each place changed, by its name."""
    return {name: purge(value, at=at) for name, purge in _places.items()}
