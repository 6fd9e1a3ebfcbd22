"""What may be watched: the roof registers its topics here, the hub knows nothing else of them."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from amh.core.models import User
from amh.core.roles import Permission


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream: its name and its text, usually one whole element of the page."""

    name: str
    data: str


class Topic(Protocol):
    """A live page, served under ``/live/<name>``, fed by the changes announced under ``source``.

    ``collect`` and ``fingerprints`` run in the hub's thread and alone may ask the database; the rest computes. ``door``
    names the permissions of which ``may_open`` asks for one, for ``docs/permissions.md``.
    """

    name: str
    source: str
    door: tuple[Permission, ...]

    def may_open(self, actor: User) -> bool:
        """Tell whether ``actor`` may watch; asked at the opening and again every minute."""

    def audience(self, actor: User, *, language: str, options: Mapping[str, str]) -> Hashable:
        """Name those who get the very same bytes as ``actor``: equal audiences share one rendering.

        ``options`` is the query of the stream's address.
        """

    def collect(self, refs: Collection[int], *, at: datetime) -> Any:
        """Read all that the events of ``refs`` need, for every audience, once."""

    def compose(self, collected: Any, audience: Any) -> Sequence[Event]:
        """Render what was collected for one audience, in its language."""

    def fingerprints(self, *, at: datetime) -> Mapping[int, Hashable]:
        """Tell, for every ref, what of its content depends on the time of day, as it is at ``at``."""


_topics: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Open ``/live/<topic.name>``; called while the program starts."""
    _topics[topic.name] = topic


def find(name: str) -> Topic | None:
    """The topic of that name, if any."""
    return _topics.get(name)


def registered() -> list[Topic]:
    """Every topic that may be watched."""
    return list(_topics.values())
