"""Two records that may be of one person: born on one day, of one sex, and called what sounds alike."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from amh.core import dates
from amh.core.models import User
from patients.models import HERE, Patient, Sex, StayState
from patients.queries import scopes
from patients.queries.homonyms import neighbour
from patients.rules.homonyms import Namesakes, Reason, namesakes

ACTIVE = [*HERE, StayState.EXPECTED]


class Pair(NamedTuple):
    """Two records, the older first: ``one`` is the one to go on with."""

    one: Patient
    other: Patient

    @property
    def birth(self) -> str:
        """The day on which both were born, as people read it."""
        return dates.birth(self.one.birth_date)


def pairs(*, to: User, at: datetime) -> list[Pair]:
    """Possible duplicates of those who are here or expected, among the people whose records open to ``to``.

    The protected are named on no list (SEC-8). Twins share a birth date and a name, but hardly a first name: what is
    heard must be the same. Two queries, by the index of birth dates.
    """
    seen = scopes.patients(to=to, at=at).filter(protected=False).exclude(stays__protected=True)
    active = seen.filter(stays__state__in=ACTIVE, birth_date__regex=r"^.{10}$")
    rows = list(seen.filter(birth_date__in=active.values("birth_date")).distinct().order_by("pk"))
    here = set(active.values_list("pk", flat=True))
    people = {row.pk: row for row in rows}
    return list(_pairs(people, namesakes(map(neighbour, rows)), here))


def _pairs(people: Mapping[int, Patient], alike: Namesakes, here: set[int]) -> Iterator[Pair]:
    for pk, one in people.items():
        for other_pk, reasons in sorted(alike.get(pk, {}).items()):
            if pk < other_pk and Reason.SOUND in reasons and here & {pk, other_pk}:
                pair = Pair(one, people[other_pk])
                if _may_be_one(*pair):
                    yield pair


def _may_be_one(one: Patient, other: Patient) -> bool:
    same_sex = one.sex == other.sex or Sex.UNKNOWN in (one.sex, other.sex)
    return one.birth_date == other.birth_date and same_sex
