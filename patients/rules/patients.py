"""Which traits of identity can be, and what one trait says of another."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.errors import Invalid
from patients.models import Patient
from patients.models.patients import LUNAR_DATE, PARTIAL_DATE

NAMES = ("birth_name", "first_names", "used_name", "used_first_name")
TYPED_NAME = re.compile(r"[\w\s'’.,()/°-]*")
OLDEST = 130
"""Years that nobody has lived."""


def check_traits(traits: Mapping[str, object], *, now: datetime) -> None:
    """Raise ``Invalid`` beside the trait that is missing or cannot be. Partial and lunar dates are fine (ID-12)."""
    if "birth_name" in traits and not str(traits["birth_name"]).strip():
        raise Invalid(_("Indiquer le nom de naissance."), code="required", field="birth_name")
    birth_date = str(traits.get("birth_date") or "")
    if birth_date and not _exists(birth_date):
        raise Invalid(_("Cette date de naissance n’existe pas."), code="bad_date", field="birth_date")
    _check_past(birth_date, field="birth_date", now=now)
    lunar = str(traits.get("lunar_birth_date") or "")
    if lunar and not re.match(LUNAR_DATE, lunar):
        sentence = _("Une date lunaire s’écrit année-mois-jour : 1958-13-05, 1958-00-00.")
        raise Invalid(sentence, code="bad_date", field="lunar_birth_date")
    _check_past(lunar[:4], field="lunar_birth_date", now=now)


def check_typed(traits: Mapping[str, object], *, now: datetime) -> None:
    """Raise ``Invalid`` beside what no person means to type: a sign that no name has, a year in which nobody was born.

    Another system’s is taken as it is.
    """
    for field in NAMES:
        if not TYPED_NAME.fullmatch(str(traits.get(field) or "")):
            sentence = _("Un nom s’écrit en lettres, avec espaces, apostrophes et tirets.")
            raise Invalid(sentence, code="not_a_name", field=field)
    years = dates.age(str(traits.get("birth_date") or ""), on=timezone.localdate(now))
    if years is not None and years > OLDEST:
        raise Invalid(_("Cette date donne %d ans : vérifier l’année.") % years, code="too_far", field="birth_date")


def _check_past(said: str, *, field: str, now: datetime) -> None:
    if said > f"{timezone.localdate(now):%Y-%m-%d}"[: len(said)]:
        raise Invalid(_("La date de naissance est dans le futur."), code="in_the_future", field=field)


def _exists(value: str) -> bool:
    if not re.match(PARTIAL_DATE, value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[: 10 - len(value)])
    except ValueError:
        return False
    return True


def completed(patient: Patient, traits: Mapping[str, object]) -> dict[str, object]:
    """The traits to give to ``patient``, with what they say of others.

    A reason for protection protects, no reason any more unprotects, and who is not protected has none. A lunar birth
    date gives its year, and its month when a calendar knows it, to whoever has no other birth date: ages need one.
    """
    said = dict(traits)
    if "protection" in said:
        said["protected"] = bool(said["protection"])
    elif said.get("protected") is False:
        said["protection"] = ""
    lunar = str(said.get("lunar_birth_date") or "")
    if lunar and not (said.get("birth_date") or patient.birth_date):
        said["birth_date"] = known_part(lunar)
    return said


def known_part(lunar: str) -> str:
    """What a calendar knows of a lunar date: 1958 of 1958-13-05, 1958-03 of 1958-03-00."""
    year, month, day = lunar.split("-")
    if not "01" <= month <= "12":
        return year
    return f"{year}-{month}-{day}" if _exists(f"{year}-{month}-{day}") else f"{year}-{month}"
