"""Which traits of identity can be."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.errors import Invalid
from patients.models.patients import PARTIAL_DATE


def check_traits(traits: Mapping[str, object], *, now: datetime) -> None:
    """Raise ``Invalid`` beside the trait that is missing or cannot be. Partial birth dates are fine (ID-12)."""
    if "birth_name" in traits and not str(traits["birth_name"]).strip():
        raise Invalid(_("Indiquer le nom de naissance."), code="required", field="birth_name")
    birth_date = str(traits.get("birth_date") or "")
    if birth_date and not _exists(birth_date):
        raise Invalid(_("Cette date de naissance n’existe pas."), code="bad_date", field="birth_date")
    if birth_date[:10] > f"{timezone.localdate(now):%Y-%m-%d}":
        raise Invalid(_("La date de naissance est dans le futur."), code="in_the_future", field="birth_date")


def _exists(value: str) -> bool:
    if not re.match(PARTIAL_DATE, value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[: 10 - len(value)])
    except ValueError:
        return False
    return True
