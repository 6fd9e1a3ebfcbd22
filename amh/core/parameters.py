"""What a site sets for itself: delays, thresholds, switches, labels. Each is declared by the app that reads it.

A value holds for the whole site or, where the parameter says so, for one unit; every value ever given is kept, with its
author. Nothing here needs a developer: the settings page is written from these declarations.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amh.core.errors import Invalid
from amh.core.models import ParameterValue


class Kind(StrEnum):
    """What a value is: a whole number of minutes, hours, days or things, yes or no, words, or words in two languages.

    Words in two languages are ``{"fr": …, "en": …}``; a template may name ``{values}`` that the program fills in.
    """

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"
    SWITCH = "switch"
    WORDS = "words"
    BILINGUAL = "bilingual"
    TEMPLATE = "template"


NUMBERS = frozenset({Kind.MINUTES, Kind.HOURS, Kind.DAYS, Kind.COUNT})
BILINGUALS = frozenset({Kind.BILINGUAL, Kind.TEMPLATE})
LONGEST = 5_000


@dataclass(frozen=True)
class Parameter:
    """One thing that may be set. ``lowest`` and ``highest`` bound a number; ``names`` are the values of a template."""

    key: str
    label: Promise | str
    kind: Kind
    default: Any
    help: Promise | str = ""
    per_unit: bool = False
    lowest: int = 0
    highest: int = 100_000
    names: tuple[str, ...] = ()


PARAMETERS: dict[str, Parameter] = {}


def declare(*parameters: Parameter) -> None:
    """Make these parameters known; called while the program starts."""
    PARAMETERS.update({parameter.key: parameter for parameter in parameters})


def value(key: str, *, unit_id: int | None = None) -> Any:
    """The value that holds now: the unit's own, else the site's, else the one declared."""
    return values(key, unit_ids=[unit_id])[unit_id]


def values(key: str, *, unit_ids: Collection[int | None]) -> dict[int | None, Any]:
    """The value that holds now in each of these units (``None``: the site), in one query."""
    said = dict(_newest(key, unit_ids))
    site = said.get(None, PARAMETERS[key].default)
    return {unit_id: said.get(unit_id, site) for unit_id in unit_ids}


def minutes(key: str, *, unit_id: int | None = None) -> timedelta:
    """The length of time that a parameter in minutes gives."""
    return timedelta(minutes=value(key, unit_id=unit_id))


def words(key: str, *, unit_id: int | None = None) -> str:
    """The words of a parameter in two languages, in the language of the moment."""
    said: dict[str, str] = value(key, unit_id=unit_id)
    return said["en" if (get_language() or "").startswith("en") and said.get("en") else "fr"]


def _newest(key: str, unit_ids: Collection[int | None]) -> list[tuple[int | None, Any]]:
    """Newest value by unit; a value given back (null) leaves the one above it."""
    wanted = Q(unit_id=None) | Q(unit_id__in=[pk for pk in unit_ids if pk is not None])
    rows = ParameterValue.objects.filter(wanted, key=key).order_by("unit_id", "-entered_at", "-pk").distinct("unit_id")
    return [(unit_id, said) for unit_id, said in rows.values_list("unit_id", "value") if said is not None]


def history(key: str, *, unit_id: int | None = None, until: datetime) -> list[ParameterValue]:
    """Every value that was given up to ``until``, the newest first."""
    rows = ParameterValue.objects.filter(key=key, unit_id=unit_id, entered_at__lte=until).select_related("entered_by")
    return list(rows.order_by("-entered_at", "-pk"))


def check(parameter: Parameter, said: Any) -> None:
    """Raise ``Invalid`` unless ``said`` can be the parameter's value."""
    if parameter.kind in NUMBERS:
        _check_number(parameter, said)
    elif parameter.kind == Kind.SWITCH:
        _agree(isinstance(said, bool), _("Oui ou non est attendu."))
    elif parameter.kind == Kind.WORDS:
        _agree(isinstance(said, str) and len(said) <= LONGEST, _("Un texte est attendu."))
    else:
        _check_bilingual(parameter, said)


def _agree(so: bool, sentence: str) -> None:
    if not so:
        raise Invalid(sentence, code="bad_value", field="value")


def _check_number(parameter: Parameter, said: Any) -> None:
    bounds = {"lowest": parameter.lowest, "highest": parameter.highest}
    whole = isinstance(said, int) and not isinstance(said, bool)
    sentence = _("Un nombre entier de %(lowest)d à %(highest)d est attendu.") % bounds
    _agree(whole and parameter.lowest <= said <= parameter.highest, sentence)


def _check_bilingual(parameter: Parameter, said: Any) -> None:
    texts = isinstance(said, dict) and set(said) == {"fr", "en"} and all(isinstance(t, str) for t in said.values())
    _agree(texts and max(map(len, said.values())) <= LONGEST, _("Un texte en français et un en anglais sont attendus."))
    _agree(bool(said["fr"].strip()), _("Le texte français est vide."))
    for text in said.values():
        _check_names(parameter, text)


def _check_names(parameter: Parameter, text: str) -> None:
    try:
        text.format(**dict.fromkeys(parameter.names, ""))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        known = ", ".join(f"{{{name}}}" for name in parameter.names) or _("aucune")
        sentence = _("Le texte nomme une valeur inconnue. Valeurs possibles : %s.") % known
        raise Invalid(sentence, code="bad_template", field="value") from error
