"""The list of correspondents: professionals and structures."""

from typing import TypeVar

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from patients.models import Organisation, Practitioner
from patients.models.patients import Folded

M = TypeVar("M", Practitioner, Organisation)
OFFERED = 30
"""How many correspondents a search offers: more would not be read."""


def practitioners(words: str = "", *, active: bool | None = None) -> QuerySet[Practitioner]:
    """Professionals of whom every word stands in name, specialty, structure, town or RPPS; in order of name."""
    rows = Practitioner.objects.select_related("organisation")
    text = Concat(
        "family_name", Value(" "), "given_name", Value(" "), "specialty", Value(" "), "rpps", Value(" "),
        "organisation__name", Value(" "), "organisation__city",
    )  # fmt: skip
    return _found(rows, text, words, active).order_by(Folded("family_name"), Folded("given_name"), "pk")


def organisations(words: str = "", *, active: bool | None = None) -> QuerySet[Organisation]:
    """Structures of which every word stands in name, town or FINESS; in order of name."""
    text = Concat("name", Value(" "), "city", Value(" "), "finess")
    return _found(Organisation.objects.all(), text, words, active).order_by(Folded("name"), "pk")


def _found(rows: QuerySet[M], text: Concat, words: str, active: bool | None) -> QuerySet[M]:
    for word in words.split():
        rows = rows.alias(folded=Folded(text)).filter(folded__contains=Folded(Value(word)))
    return rows if active is None else rows.filter(is_active=active)
