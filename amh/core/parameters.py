"""What a site sets for itself: delays, thresholds, switches, labels. Each is declared by the app that reads it.

A value holds for the whole site or, where the parameter says so, for one unit; every value ever given is kept, with its
author. Nothing here needs a developer: the settings page is written from these declarations.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Formatter
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from amh.core.errors import Invalid
from amh.core.models import ParameterValue
from amh.core.prepared_statements import Prepared


class Kind(models.TextChoices):
    """What a value is: a whole number of minutes, hours, days or things, yes or no, words, or words in two languages.

    Words in two languages are ``{"fr": …, "en": …}``; a template, or the address of a link, may name ``{values}`` that
    the program fills in.
    """

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("heures")
    DAYS = "days", _("jours")
    COUNT = "count", _("nombre")
    SWITCH = "switch", _("oui ou non")
    WORDS = "words", _("texte")
    LINK = "link", _("adresse")
    BILINGUAL = "bilingual", _("texte en deux langues")
    TEMPLATE = "template", _("modèle de texte")


NUMBERS = frozenset({Kind.MINUTES, Kind.HOURS, Kind.DAYS, Kind.COUNT})
BILINGUALS = frozenset({Kind.BILINGUAL, Kind.TEMPLATE})
LONGEST = 5_000


class Group(models.TextChoices):
    """Under which heading the settings page shows a parameter, in this order."""

    SITE = "site", _("Établissement")
    BEDS = "beds", _("Lits et départs")
    RECORD = "record", _("Dossier du patient")
    STAFF = "staff", _("Équipes et horaires")
    ACCESS = "access", _("Accès et sessions")
    EXCHANGES = "exchanges", _("Échanges")
    OTHER = "other", _("Autres réglages")


@dataclass(frozen=True)
class Parameter:
    """One thing that may be set. ``lowest`` and ``highest`` bound a number.

    ``names`` are the values that a template or a link may name, ``samples`` what a preview shows for them.
    """

    key: str
    label: Promise | str
    kind: Kind
    default: Any
    help: Promise | str = ""
    per_unit: bool = False
    lowest: int = 0
    highest: int = 100_000
    names: tuple[str, ...] = ()
    samples: Mapping[str, Promise | str] = field(default_factory=dict)
    group: Group = Group.OTHER


PARAMETERS: dict[str, Parameter] = {}


def declare(*parameters: Parameter) -> None:
    """Make these parameters known; called while the program starts."""
    PARAMETERS.update({parameter.key: parameter for parameter in parameters})


class UnitReader(Protocol):
    """Reads the names of the units in service at ``at``, by id, in the order of the board."""

    def __call__(self, *, at: datetime) -> Mapping[int, str]: ...


_unit_readers: list[UnitReader] = []


def register(*, units: UnitReader) -> None:
    """Have the units, which alone may differ from the site, read so; called while the program starts."""
    _unit_readers.append(units)


def unit_names(*, at: datetime) -> dict[int, str]:
    """The units that may have values of their own at ``at``, in order."""
    return {unit_id: name for read in _unit_readers for unit_id, name in read(at=at).items()}


def value(key: str, *, unit_id: int | None = None) -> Any:
    """The value that holds now: the unit's own, else the site's, else the one declared."""
    return values(key, unit_ids=[unit_id])[unit_id]


def values(key: str, *, unit_ids: Collection[int | None]) -> dict[int | None, Any]:
    """The value that holds now in each of these units (``None``: the site), in one query."""
    said = dict(_newest(key, unit_ids))
    site = said.get(None, PARAMETERS[key].default)
    return {unit_id: said.get(unit_id, site) for unit_id in unit_ids}


def own(key: str, *, unit_id: int | None = None) -> Any:
    """The value said for the site itself, or for that unit itself; ``None`` when it has none of its own."""
    return dict(_newest(key, [unit_id])).get(unit_id)


def minutes(key: str, *, unit_id: int | None = None) -> timedelta:
    """The length of time that a parameter in minutes gives."""
    return timedelta(minutes=value(key, unit_id=unit_id))


def words(key: str, *, unit_id: int | None = None) -> str:
    """The words of a parameter in two languages, in the language of the moment."""
    return worded(value(key, unit_id=unit_id))


def worded(said: Mapping[str, str]) -> str:
    """The words of a value in two languages, in the language of the moment."""
    return said["en" if (get_language() or "").startswith("en") and said.get("en") else "fr"]


def text(key: str, **facts: object) -> str:
    """The text of a template in the language of the moment, with the values that it names."""
    return filled(words(key), facts)


def link(template: str, **facts: str) -> str:
    """The address of a link with the values that it names, each quoted; ``""`` when one of those is empty."""
    if not all(facts[name] for _before, name, _form, _conversion in Formatter().parse(template) if name):
        return ""
    return filled(template, {name: quote(fact, safe="") for name, fact in facts.items()})


def filled(template: str, facts: Mapping[str, object]) -> str:
    """``template`` with each ``{name}`` of ``facts`` filled in; a name that nobody gives stays as it is written."""
    return "".join(
        before + ("" if name is None else str(facts.get(name, f"{{{name}}}")))
        for before, name, _form, _conversion in Formatter().parse(template)
    )


NEWEST = Prepared(
    "parameter_newest",
    """
    SELECT DISTINCT ON (unit_id) unit_id, value FROM core_parametervalue
    WHERE key = %(key)s AND (unit_id IS NULL OR unit_id = ANY(%(units)s))
    ORDER BY unit_id, entered_at DESC, id DESC
    """,
    key="text",
    units="bigint[]",
)


def _newest(key: str, unit_ids: Collection[int | None]) -> list[tuple[int | None, Any]]:
    """Newest value by unit; a value given back (null) leaves the one above it."""
    rows = NEWEST.rows(key=key, units=[pk for pk in unit_ids if pk is not None])
    values = [(unit_id, json.loads(said)) for unit_id, said in rows if said is not None]
    return [(unit_id, value) for unit_id, value in values if value is not None]


def standing() -> list[ParameterValue]:
    """The value that each parameter has for the site and for each unit that has one of its own, in one query."""
    rows = ParameterValue.objects.filter(key__in=PARAMETERS).select_related("entered_by")
    newest = rows.order_by("key", "unit_id", "-entered_at", "-pk").distinct("key", "unit_id")
    return [row for row in newest if row.value is not None]


def history(key: str, *, unit_id: int | None = None, until: datetime) -> list[ParameterValue]:
    """Every value that was given up to ``until``, the newest first."""
    rows = ParameterValue.objects.filter(key=key, unit_id=unit_id, entered_at__lte=until).select_related("entered_by")
    return list(rows.order_by("-entered_at", "-pk"))


TAG = re.compile(r"<[a-zA-Z/!?]")
"""How a piece of HTML begins: labels and letters are plain text, so one in them is a mistake or worse."""


def known(key: str) -> Parameter:
    """The parameter of that key. Raises ``Invalid`` when none has it."""
    if key not in PARAMETERS:
        raise Invalid(gettext("Aucun paramètre ne s’appelle « %s ».") % key, code="unknown_parameter", field="key")
    return PARAMETERS[key]


def check_unit(parameter: Parameter, unit_id: int | None, *, at: datetime) -> None:
    """Raise ``Invalid`` unless the parameter may have a value of its own in that unit (``None``: the site)."""
    if unit_id is None:
        return
    if not parameter.per_unit:
        raise Invalid(gettext("Ce paramètre vaut pour tout l’établissement."), code="not_per_unit", field="unit")
    if unit_id not in unit_names(at=at):
        raise Invalid(gettext("Cette unité n’existe pas ou n’est plus en service."), code="unknown_unit", field="unit")


def check(parameter: Parameter, said: Any) -> None:
    """Raise ``Invalid`` unless ``said`` can be the parameter's value."""
    if parameter.kind in NUMBERS:
        _check_number(parameter, said)
    elif parameter.kind == Kind.SWITCH:
        _agree(isinstance(said, bool), gettext("Oui ou non est attendu."))
    elif parameter.kind in BILINGUALS:
        _check_bilingual(parameter, said)
    else:
        _check_text(said, several_lines=False)
        if parameter.kind == Kind.LINK and said:
            _check_link(parameter, said)


def _agree(so: bool, sentence: str, *, field: str = "value") -> None:
    if not so:
        raise Invalid(sentence, code="bad_value", field=field)


def _check_number(parameter: Parameter, said: Any) -> None:
    bounds = {"lowest": parameter.lowest, "highest": parameter.highest}
    whole = isinstance(said, int) and not isinstance(said, bool)
    sentence = gettext("Un nombre entier de %(lowest)d à %(highest)d est attendu.") % bounds
    _agree(whole and parameter.lowest <= said <= parameter.highest, sentence)


def _check_text(said: Any, *, several_lines: bool, field: str = "value") -> None:
    _agree(isinstance(said, str), gettext("Un texte est attendu."), field=field)
    _agree(len(said) <= LONGEST, gettext("Ce texte dépasse %d caractères.") % LONGEST, field=field)
    line = said.replace("\n", "").replace("\t", "") if several_lines else said
    _agree(line.isprintable(), gettext("Ce texte contient un caractère qui ne s’imprime pas."), field=field)
    _agree(not TAG.search(said), gettext("Ce texte contient une balise HTML : écrire du texte simple."), field=field)


def _check_bilingual(parameter: Parameter, said: Any) -> None:
    both = isinstance(said, dict) and set(said) == {"fr", "en"}
    _agree(both, gettext("Un texte en français et un en anglais sont attendus."))
    for language, words_ in said.items():
        _check_text(words_, several_lines=parameter.kind == Kind.TEMPLATE, field=language)
        if parameter.kind == Kind.TEMPLATE:
            _check_names(parameter, words_, field=language)
    _agree(bool(said["fr"].strip()), gettext("Le texte français est vide."), field="fr")


def _check_link(parameter: Parameter, said: str) -> None:
    _check_names(parameter, said, field="value")
    _agree(_is_web(said), gettext("Une adresse complète est attendue, qui commence par https://."))


def _is_web(said: str) -> bool:
    try:
        address = urlsplit(said)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and " " not in said


def _check_names(parameter: Parameter, said: str, *, field: str) -> None:
    """Names only, neither attributes nor formats: ``{nom.__class__}`` or ``{nom:>999999999}`` is refused."""
    try:
        named = [piece for piece in Formatter().parse(said) if piece[1] is not None]
    except ValueError:
        named = [("", "", "", None)]
    if all(name in parameter.names and not form and not conversion for _before, name, form, conversion in named):
        return
    listed = ", ".join(f"{{{name}}}" for name in parameter.names)
    sentence = gettext("Le texte nomme une valeur inconnue. Valeurs possibles : %s.") % listed
    raise Invalid(sentence, code="bad_template", field=field)
