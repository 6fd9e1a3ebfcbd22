"""Accounts as the settings pages list them, with the units of each."""

from datetime import datetime

from django.db.models import Func, Prefetch, QuerySet, TextField, Value
from django.db.models.functions import Concat

from amh.core.models import ApiToken, User
from wards.models import Membership
from wards.models.validity import valid_at

STATES = ("ouverts", "fermes", "tous")


class Folded(Func):
    """A text without capitals and accents, as the database folds it."""

    function = "amh_folded"
    output_field = TextField()


def listed(*, words: str, role: str, state: str, at: datetime) -> QuerySet[User]:
    """The accounts whose names or username contain every one of ``words``, with their units, in two queries."""
    people = User.objects.order_by("last_name", "first_name", "username").prefetch_related(_units(at))
    if state in ("ouverts", "fermes"):
        people = people.filter(is_active=state == "ouverts")
    if role:
        people = people.filter(role=role)
    space = Value(" ")
    name = Folded(Concat("username", space, "first_name", space, "last_name"))
    people = people.alias(folded=name)
    for word in words.split():
        people = people.filter(folded__contains=Folded(Value(word)))
    return people


def units_of(user: User, *, at: datetime) -> list[Membership]:
    """Where the person works at ``at``."""
    return list(user.memberships.filter(valid_at(at)).select_related("unit").order_by("unit__position", "unit__name"))


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Every token of the account, the newest first, with the one that each replaces."""
    return user.api_tokens.select_related("replaces").prefetch_related("replacements").order_by("-created_at", "-pk")


def _units(at: datetime) -> "Prefetch[str, QuerySet[Membership], str]":
    rows = Membership.objects.filter(valid_at(at)).select_related("unit").order_by("unit__position", "unit__name")
    return Prefetch("memberships", queryset=rows, to_attr="here")
