"""Where each person works at this moment, as the apps above know it: they register how it is read."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from amh.core.prepared_statements import Prepared


@dataclass(frozen=True, slots=True)
class Posting:
    """``units`` in which the person works or covers a colleague; ``duties`` lend a role in a unit (``None``: all)."""

    units: frozenset[int] = frozenset()
    duties: frozenset[tuple[str, int | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What gives a person rights beside their role: where they work, and the patients whose record they opened by an
    exceptional access.
    """

    posting: Posting = Posting()
    exceptions: frozenset[int] = frozenset()


UNIT, PATIENT = "unit", "patient"
"""What a source says that a person has: a unit, the record of a patient, or else, by its code, the role of a duty."""

_sources: list[str] = []


def register(source: str) -> None:
    """Have rights read by this SQL too; called while the program starts.

    Its rows are a user, what they have at ``%(at)s`` (``unit``, ``patient`` or a role) and in which unit or of whom.
    """
    _sources.append(source)


@cache
def _statement() -> Prepared:
    every = " UNION ALL ".join(_sources)
    sql = f"SELECT * FROM ({every}) AS held (user_id, kind, ref) WHERE user_id = ANY(%(users)s)"  # noqa: S608 - ours
    return Prepared("entitlements", sql, users="bigint[]", at="timestamptz")


def held(user_ids: Collection[int], *, at: datetime) -> dict[int, Entitlements]:
    """What each of these people has at ``at``, in one statement for all of them."""
    found: dict[int, dict[str, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    for user_id, kind, ref in _statement().rows(users=list(user_ids), at=at):
        found[user_id][kind].add(ref)
    return {user_id: _made(found[user_id]) for user_id in user_ids}


def _made(found: dict[str, set[int | None]]) -> Entitlements:
    lent = {(role, unit_id) for role in found.keys() - {UNIT, PATIENT} for unit_id in found[role]}
    units, patients = ({ref for ref in found[kind] if ref is not None} for kind in (UNIT, PATIENT))
    return Entitlements(Posting(frozenset(units), frozenset(lent)), frozenset(patients))


def fill(people: Iterable[Any], *, at: datetime) -> None:
    """Give many accounts their rights in one statement, before each would ask for its own."""
    people = list(people)
    known = held([person.pk for person in people], at=at)
    for person in people:
        person.posting, person.exceptions = known[person.pk].posting, known[person.pk].exceptions
