"""The values of parameters in words, as the settings pages show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from amh.core import parameters
from amh.core.models import ParameterValue, User
from amh.core.parameters import BILINGUALS, NUMBERS, PARAMETERS, Group, Kind, Parameter

SIGNS: dict[str, str] = {Kind.MINUTES: "%d min", Kind.HOURS: "%d h", Kind.DAYS: "%d j", Kind.COUNT: "%d"}


@dataclass(frozen=True)
class Own:
    """The value that a unit has of its own."""

    unit_id: int
    unit: str
    words: str
    row: ParameterValue


@dataclass(frozen=True)
class Line:
    """One parameter on the settings page; without ``row`` the site follows what is declared."""

    parameter: Parameter
    value: Any
    row: ParameterValue | None
    own: Sequence[Own]

    @property
    def words(self) -> str:
        """The value that the site has."""
        return in_words(self.parameter, self.value)

    @property
    def texts(self) -> Mapping[str, str]:
        """Both languages of a template, filled in with samples."""
        return sampled(self.parameter, self.value)


@dataclass(frozen=True)
class Change:
    """One value that was given, where, by whom, when."""

    at: datetime
    by: User | None
    unit: str
    words: str


def lines(*, at: datetime, among: Sequence[Parameter] | None = None) -> list[Line]:
    """Parameters, all or some, with the value of the site and those of the units; two queries whatever their number."""
    names = parameters.unit_names(at=at)
    site: dict[str, ParameterValue] = {}
    own: dict[str, list[ParameterValue]] = {}
    for row in parameters.standing():
        if row.unit_id is None:
            site[row.key] = row
        elif row.unit_id in names:
            own.setdefault(row.key, []).append(row)
    shown = PARAMETERS.values() if among is None else among
    return [_line(one, site.get(one.key), own.get(one.key, []), names) for one in shown]


def _line(
    parameter: Parameter, row: ParameterValue | None, own: Sequence[ParameterValue], names: Mapping[int, str]
) -> Line:
    rank = {unit_id: rank for rank, unit_id in enumerate(names)}
    owners = [
        Own(one.unit_id, names[one.unit_id], in_words(parameter, one.value), one)
        for one in sorted(own, key=lambda one: rank[one.unit_id or 0])
        if one.unit_id is not None
    ]
    return Line(parameter, parameter.default if row is None else row.value, row, owners)


def by_group(shown: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines under their headings, in the order of the headings; a heading without lines is left out."""
    for group in Group:
        inside = [line for line in shown if line.parameter.group == group]
        if inside:
            yield str(group.label), inside


def changes(parameter: Parameter, *, until: datetime, at: datetime, most: int) -> list[Change]:
    """The last values that a parameter was given, in whatever unit, the newest first."""
    names = parameters.unit_names(at=at)
    rows = ParameterValue.objects.filter(key=parameter.key, entered_at__lte=until).select_related("entered_by")
    return [
        Change(
            row.entered_at,
            row.entered_by,
            _("Établissement") if row.unit_id is None else names.get(row.unit_id, _("unité hors service")),
            _("valeur rendue") if row.value is None else in_words(parameter, row.value),
        )
        for row in rows.order_by("-entered_at", "-pk")[:most]
    ]


def in_words(parameter: Parameter, value: Any) -> str:
    """A value as people read it: « 30 min », « oui », a text, both languages of a label."""
    if parameter.kind in NUMBERS:
        return SIGNS[parameter.kind] % int(value)
    if parameter.kind == Kind.SWITCH:
        return _("oui") if value else _("non")
    if parameter.kind in BILINGUALS:
        return " · ".join(text for text in (value["fr"], value["en"]) if text)
    words: str = value or _("(vide)")
    return words


def sampled(parameter: Parameter, value: Mapping[str, str]) -> dict[str, str]:
    """Both languages of a template, filled in with the samples that its declaration gives."""
    texts = {}
    for language in ("fr", "en"):
        with translation.override(language):
            texts[language] = parameters.filled(value[language], parameter.samples)
    return texts
