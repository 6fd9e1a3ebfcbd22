"""The systems that feed this program and have stopped talking: who receives them says so here, who shows beds asks.

Nobody can tell from a board that nothing changes on it because nothing happens, or because nobody says so any more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol


class Silence(NamedTuple):
    """A system, by the name that people give it, and when it last spoke."""

    system: str
    since: datetime


class Reader(Protocol):
    """Reads which systems are silent at ``at``, the longest silence first."""

    def __call__(self, *, at: datetime) -> Iterable[Silence]: ...


_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Have this reader asked; called while the program starts."""
    _readers.append(reader)


def known(*, at: datetime) -> tuple[Silence, ...]:
    """Every system that normally talks and does not at ``at``; one query for each reader."""
    return tuple(silence for read in _readers for silence in read(at=at))
