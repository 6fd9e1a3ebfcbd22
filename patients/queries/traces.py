"""Who read which record, who did what on it: found by what is asked, page by page from the newest."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet, Value

from amh.core.models import AccessTrace, AuditEntry, User
from patients.models import ExceptionalAccess, Patient
from patients.models.patients import Folded
from patients.queries import merges
from patients.queries.patients import bearing
from patients.queries.protections import hidden
from wards.models import Unit

PER_PAGE = 50
CANDIDATES = 20
"""People that a search for one offers at most."""

Row = TypeVar("Row", AccessTrace, AuditEntry)


class Cursor(NamedTuple):
    """The row after which a page begins: the newest rows have none before them."""

    at: datetime
    pk: int


@dataclass(frozen=True)
class Wish:
    """What is asked of the journal; what is left out matters not. ``since`` is within, ``until`` without."""

    patient: Patient | None = None
    person: str = ""
    role: str = ""
    unit: Unit | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""
    exceptional: bool = False
    access: ExceptionalAccess | None = None


def found(wish: Wish) -> QuerySet[AccessTrace]:
    """The traces that agree with the wish, whatever record the patient had at the time."""
    rows = AccessTrace.objects.select_related("by")
    if wish.patient is not None:
        rows = rows.filter(patient_id__in=merges.family(wish.patient))
    if wish.person:
        rows = rows.filter(by__in=_people(wish.person))
    if wish.access is not None:
        rows = rows.filter(by=wish.access.user_id, exceptional_access_id=wish.access.pk)
    given = {
        "role": wish.role,
        "unit_id": wish.unit and wish.unit.pk,
        "at__gte": wish.since,
        "at__lt": wish.until,
        "kind": wish.kind,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return rows.filter(exceptional_access_id__isnull=False) if wish.exceptional else rows


def records(pk: int) -> frozenset[int]:
    """Ids of all the records of the person whom one of them names; none when it names nobody."""
    patient = Patient.objects.filter(pk=pk).first()
    return merges.family(patient) if patient else frozenset()


def acts(patient: Patient) -> QuerySet[AuditEntry]:
    """What was done on the record of this patient."""
    return AuditEntry.objects.select_related("by").filter(patient_id__in=merges.family(patient))


def page(rows: QuerySet[Row], *, after: Cursor | None, size: int = PER_PAGE) -> tuple[list[Row], Cursor | None]:
    """The newest rows that come after the cursor, and where the next page begins: by key, however deep one reads."""
    if after is not None:
        older = Q(at__lt=after.at) | Q(at=after.at, pk__lt=after.pk)
        rows = rows.filter(older, at__lte=after.at)
    shown = list(rows.order_by("-at", "-pk")[: size + 1])
    last = Cursor(shown[size - 1].at, shown[size - 1].pk) if len(shown) > size else None
    return shown[:size], last


def _people(words: str) -> QuerySet[User]:
    """Accounts of whom every word stands in the name, or is the log-in."""
    people = User.objects.all()
    for word in words.split():
        people = people.filter(Q(username__iexact=word) | Q(last_name__icontains=word) | Q(first_name__icontains=word))
    return people


def candidates(text: str) -> list[int]:
    """The people whom a search may mean: by IPP, else by words of their names; a protected one by IPP alone."""
    bearers = bearing(text.strip())
    people = Patient.objects.filter(pk__in=bearers)
    if not bearers:
        people = Patient.objects.filter(merged_into=None).exclude(hidden())
        for word in text.split():
            people = people.filter(search_key__contains=Folded(Value(word)))
    return list(people.order_by("birth_name", "pk").values_list("pk", flat=True)[:CANDIDATES])
