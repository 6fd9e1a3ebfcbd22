"""Where each person works at this moment, as the apps above know it: they register how it is read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Posting:
    """``units`` in which the person works or covers a colleague; ``duties`` lend a role in a unit (``None``: all)."""

    units: frozenset[int] = frozenset()
    duties: frozenset[tuple[str, int | None]] = frozenset()


class Reader(Protocol):
    """Reads for many people at once what gives them rights at ``at``; whoever has nothing is left out."""

    def __call__(self, user_ids: Collection[int], *, at: datetime) -> Mapping[int, Posting]: ...


class ExceptionReader(Protocol):
    """Reads for many people at once the patients whose record they opened by an exceptional access."""

    def __call__(self, user_ids: Collection[int], *, at: datetime) -> Mapping[int, frozenset[int]]: ...


_readers: list[Reader] = []
_exception_readers: list[ExceptionReader] = []


def register(*, postings: Reader | None = None, exceptions: ExceptionReader | None = None) -> None:
    """Have rights read so; called while the program starts."""
    _readers.extend([postings] if postings else [])
    _exception_readers.extend([exceptions] if exceptions else [])


def postings(user_ids: Collection[int], *, at: datetime) -> dict[int, Posting]:
    """Where each of these people works at ``at``, in one query for all of them."""
    found: dict[int, Posting] = {}
    for read in _readers:
        found |= read(user_ids, at=at)
    return {user_id: found.get(user_id, Posting()) for user_id in user_ids}


def exceptions(user_ids: Collection[int], *, at: datetime) -> dict[int, frozenset[int]]:
    """Whose records each of these people may open at ``at`` although no unit of theirs answers for them."""
    found: dict[int, frozenset[int]] = {}
    for read in _exception_readers:
        found |= read(user_ids, at=at)
    return {user_id: found.get(user_id, frozenset()) for user_id in user_ids}


def fill(people: Iterable[Any], *, at: datetime) -> None:
    """Give many accounts their rights in two queries, before each would ask for its own."""
    people = list(people)
    ids = [person.pk for person in people]
    known, opened = postings(ids, at=at), exceptions(ids, at=at)
    for person in people:
        person.posting, person.exceptions = known[person.pk], opened[person.pk]
