"""Physicians who may be responsible for a stay."""

import re

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from amh.core.fields import Choices
from patients.models import DOCTORS, Practitioner, Stay
from patients.queries import organisations

NUMBER = re.compile(r"[0-9]{1,18}")


def found(words: str) -> QuerySet[Practitioner]:
    """Active physicians of whom every word stands in the list; without words, those who have stays here. By name."""
    rows = organisations.practitioners(words, active=True).filter(profession__in=DOCTORS)
    return rows if words.strip() else rows.filter(Exists(Stay.objects.filter(practitioner=OuterRef("pk"))))


def choices() -> Choices:
    """Those who have stays here, to choose from."""
    return [("", [(one.pk, label(one)) for one in found("")])]


def options(words: str, *, chosen: str = "") -> list[tuple[str, str]]:
    """Nobody yet, the one already ``chosen``, and those whom the words find."""
    offered = {str(one.pk): label(one) for one in found(words)[: organisations.OFFERED]}
    kept = numbered(chosen)
    if kept is not None:
        offered = {chosen: label(kept)} | offered
    return [("", _("À désigner")), *offered.items()]


def numbered(pk: str) -> Practitioner | None:
    """The professional of that number, as it came from a form."""
    return Practitioner.objects.filter(pk=pk).first() if NUMBER.fullmatch(pk) else None


def label(physician: Practitioner) -> str:
    """The name first, by which a list is searched from the keyboard."""
    parts = [f"{physician.family_name.upper()} {physician.given_name}".strip(), physician.specialty]
    return ", ".join(filter(None, parts))
