"""Looking for somebody: by birth date and first letters, or by a number (ID-9); and who may be the same person."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Func, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Left

from amh.core.models import User
from amh.core.transactions import hold
from patients.models import HERE, IdentifierType, Patient, PatientIdentifier, Stay
from patients.models.patients import Folded
from patients.queries import scopes

PREFIX = 3
"""First letters by which two names are near enough to be shown to a person."""
MERGED_BEFORE = ("", "merged__")
"""A record that was merged is found by what it was, and shows the one that goes on."""


@dataclass(frozen=True)
class Wanted:
    """What is known of the person looked for; empty: not known. ``birth_date`` as it is stored, perhaps partial."""

    birth_date: str = ""
    name: str = ""
    first_name: str = ""
    number: str = ""


def search(wanted: Wanted, *, to: User, at: datetime) -> QuerySet[Patient]:
    """The people among those whose record opens to ``to``, in order of name.

    Protected people are found by their number alone, by whoever opened their record exceptionally (SEC-8).
    """
    matching = _numbered(wanted.number) if wanted.number else _described(wanted).filter(protected=False)
    if not wanted.number:
        matching = matching.exclude(stays__protected=True)
    found = Patient.objects.filter(cancelled_at=None) & matching
    chain = reduce(or_, (Q(**{f"{before}pk__in": found.values("pk")}) for before in MERGED_BEFORE))
    rows = scopes.records(to=to, at=at).filter(chain, merged_into=None).distinct()
    return rows.annotate(folded_name=Folded("birth_name")).order_by("folded_name", Folded("first_names"), "pk")


def with_identity(rows: QuerySet[Patient]) -> QuerySet[Patient]:
    """The same people with what tells two of them apart: their IPP, and the stays that go on."""
    numbers = PatientIdentifier.objects.filter(type=IdentifierType.IPP, valid_until=None).order_by("pk")
    present = Stay.objects.filter(state__in=HERE).select_related("unit")
    return rows.prefetch_related(Prefetch("identifiers", numbers, "ipps"), Prefetch("stays", present, "present"))


def _numbered(number: str) -> QuerySet[Patient]:
    bearing = PatientIdentifier.objects.filter(type=IdentifierType.IPP, value=number, valid_until=None)
    visiting = Stay.objects.filter(Q(account_number=number) | Q(visit_number=number))
    return Patient.objects.filter(Q(pk__in=bearing.values("patient")) | Q(pk__in=visiting.values("patient")))


def _described(wanted: Wanted) -> QuerySet[Patient]:
    """Letters without a birth date find those whose birth date is unknown."""
    rows = Patient.objects.filter(_born(wanted.birth_date))
    for letters, fields in ((wanted.name, ("birth_name", "used_name")), (wanted.first_name, FIRST_NAMES)):
        if letters:
            folded = {f"folded_{name}": Folded(name) for name in fields}
            begins = (Q(**{f"{name}__startswith": Folded(Value(letters))}) for name in folded)
            rows = rows.alias(**folded).filter(reduce(or_, begins))
    return rows


FIRST_NAMES = ("first_names", "used_first_name")


def _born(birth_date: str) -> Q:
    """Born then, as far as both dates are known."""
    if not birth_date:
        return Q(birth_date="")
    return Q(birth_date__startswith=birth_date) | Q(birth_date__in=[birth_date[:4], birth_date[:7]])


def alike(*, birth_name: str, first_names: str, birth_date: str) -> list[Patient]:
    """People registered already who may be this one, in the whole hospital; the protected stay unknown.

    Born the same day with names that begin alike, or named the same whatever the day.
    """
    rows = Patient.objects.filter(cancelled_at=None, merged_into=None, protected=False)
    rows = rows.exclude(stays__protected=True).alias(folded=Folded("birth_name"))
    rows = rows.alias(birth=_letters("birth_name"), used=_letters("used_name"))
    prefix = Left(_letters(Value(birth_name)), PREFIX)
    near = Q(birth__startswith=prefix) | Q(used__startswith=prefix)
    same = Q(folded=Folded(Value(birth_name))) & Q(first=Folded(Value(first_names)))
    rows = rows.alias(first=Folded("first_names")).filter((_born(birth_date) & near) | same)
    return list(rows.order_by(F("birth_date").desc(), "pk")[:10])


def _letters(name: str | Value) -> Func:
    """The letters and figures of a name alone: « O’Brien-Yves » and « OBRIEN YVES » are written alike."""
    signs, nothing, everywhere = Value("[^[:alnum:]]"), Value(""), Value("g")
    text = models.TextField()
    return Func(Folded(name), signs, nothing, everywhere, function="regexp_replace", output_field=text)


def hold_registrations(birth_date: str) -> None:
    """Make registrations of people born the same day wait for each other until the end of the transaction."""
    hold(f"registration:{birth_date}")
