"""What stands in the tables of places, patients and stays, said so that two databases can be compared.

A row is what it says: its key is left out, and a row that it refers to stands in it by what that one says. Of a column
that a clock filled as the row was written, only whether it is filled counts: the same message is applied at another
moment each time. When something happened comes from the message, and must be the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from django.db.models import Q

from patients.models import Task
from patients.queries import causes

APPS = ("wards", "patients")
CLOCKS = frozenset(
    {"entered_at", "cancelled_at", "released_at", "closed_at", "withdrawn_at", "undone_at", "valid_from"}
)
OWN_CLOCKS = {"Reservation": {"starts_at"}, "PatientIdentifier": {"valid_until"}}
"""Columns filled by the clock of the one who writes, in every table and in some."""
KEYS = {"Merge": {"rows", "effects"}, "Task": {"params", "source_key"}, "Movement": {"joint"}}
"""Columns that hold keys, or a number drawn by lot."""

BY_THE_CLOCK = {Task: Q(kind__in=causes.KINDS)}
"""Rows that the program makes and settles each minute by what it sees just then, and no message."""

Model = type[models.Model]
Words = dict[Model, dict[object, str]]


def dump(*, using: str = "default") -> Counter[str]:
    """Every row in words, and how often it stands there."""
    words: Words = {}
    return Counter(row for model in tables() for row in _rows(model, words, using))


def tables() -> Iterator[Model]:
    """The tables that are compared: all but the history, which says when each row was written."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not issubclass(model, pghistory.models.Event):
                yield model


def _rows(model: Model, words: Words, using: str) -> Iterator[str]:
    """The rows of a table, each with what the rows of the same table say that it refers to."""
    known, own = _words(model, words, using), [field for field in _fields(model) if field.related_model == model]
    if not own:
        yield from known.values()
        return
    for key, *others in _all(model, using).values_list("pk", *(field.attname for field in own)):
        yield " ".join([known[key], *(f"{known[other]}" for other in others if other is not None)])


def _words(model: Model, words: Words, using: str) -> dict[object, str]:
    """What each row says, by its key: what it refers to is said in full, but for rows of the same table."""
    if model not in words:
        fields = [field for field in _fields(model) if field.related_model != model]
        others = [_words(field.related_model, words, using) if field.is_relation else {} for field in fields]
        rows = _all(model, using).values_list("pk", *(field.attname for field in fields))
        words[model] = {
            key: f"{model.__name__}({', '.join(filter(None, map(_said, fields, values, others)))})"
            for key, *values in rows
        }
    return words[model]


def _all(model: Model, using: str) -> models.QuerySet[Any]:
    rows = model._default_manager.using(using)  # noqa: SLF001
    return rows.exclude(BY_THE_CLOCK[model]) if model in BY_THE_CLOCK else rows.all()


def _fields(model: Model) -> list[Any]:
    left_out = KEYS.get(model.__name__, set())
    return [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in left_out]  # noqa: SLF001


def _said(field: Any, value: object, others: Mapping[object, str]) -> str:
    if value in (None, "", False):
        return ""
    if field.is_relation:
        return f"{field.name}={others[value]}"
    clocks = CLOCKS | OWN_CLOCKS.get(field.model.__name__, set())
    return str(field.name) if field.name in clocks else f"{field.name}={value}"
