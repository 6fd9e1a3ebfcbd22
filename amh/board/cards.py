"""The card of a bed: from a row of the occupancy to the words on it, and to its HTML, once for each content."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.core import dates
from patients.models import Certainty, Sex, StayKind
from patients.models.patients import display_name
from patients.queries.occupancy import Occupancy
from wards.models import BedState, ClosureReason
from wards.models.beds import short_label

KEPT = 40_000
"""Cards kept rendered in a process: some 3,000 beds, in two languages, masked or not, over a few changes each."""

EMPTY = frozenset({BedState.FREE, BedState.CLEANING, BedState.CLOSED, BedState.BLOCKED})


class Moment(NamedTuple):
    """What of the hour changes a card: its state, the day, and whether the exit is overdue."""

    state: BedState
    today: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class BedCard:
    """The words of one card; ``occupied`` when a person stands on it, in the bed or awaited."""

    pk: int
    label: str
    full_label: str
    unit_id: int
    unit_code: str
    kind: str
    state: str
    state_label: str
    occupied: bool
    masked: bool
    since_label: str = ""
    detail: str = ""
    name: str = ""
    birth_date_label: str = ""
    sex_label: str = ""
    age_label: str = ""
    day_label: str = ""
    expected_label: str = ""
    certainty_label: str = ""
    overdue: bool = False
    stay_kind_label: str = ""
    badges: list[tuple[str, str]] = field(default_factory=list)


@lru_cache(maxsize=KEPT)
def html(row: Occupancy, moment: Moment, *, homonym: bool, masked: bool, language: str) -> SafeString:
    """The card as HTML. Kept by its whole content, so that what is kept can never be out of date."""
    with translation.override(language):
        return _template().render({"card": card(row, moment, homonym=homonym, masked=masked)})


@lru_cache(maxsize=1)
def _template():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return get_template("board/beds/card.html")


def card(row: Occupancy, moment: Moment, *, homonym: bool, masked: bool) -> BedCard:
    """The words of the card in the current language."""
    words: dict[str, object] = {}
    if moment.state not in EMPTY:
        words = _stay(row, moment)
        if not masked:
            words |= _person(row, moment.today) | {"badges": _badges(row, homonym=homonym)}
    return BedCard(
        pk=row.bed_id,
        label=short_label(row.room_label, row.bed_label),
        full_label=f"{row.unit_code}-{row.room_label}-{row.bed_label}",
        unit_id=row.unit_id,
        unit_code=row.unit_code,
        kind=row.bed_kind,
        state=moment.state.value,
        state_label=str(moment.state.label),
        occupied=moment.state not in EMPTY,
        masked=masked,
        detail=_detail(row, moment),
        **words,  # type: ignore[arg-type]
    )


def _detail(row: Occupancy, moment: Moment) -> str:
    match moment.state:
        case BedState.FREE:
            return _("propre")
        case BedState.CLEANING if row.vacated_at:
            return _("depuis %s") % _hour(row.vacated_at, moment.today)
        case BedState.CLOSED | BedState.BLOCKED:
            return _closure(row)
        case BedState.RESERVED if row.reserved_until:
            return _("attendu %s") % _hour(row.reserved_until, moment.today)
    return ""


def _closure(row: Occupancy) -> str:
    reason = str(ClosureReason(row.closure_reason).label)
    if row.closure_ends_at is None:
        return reason
    until = timezone.localtime(row.closure_ends_at)
    return _("%(reason)s jusqu’au %(day)s") % {"reason": reason, "day": f"{until:%d/%m}"}


def _hour(at: datetime, today: date) -> str:
    return dates.clock(at) if timezone.localdate(at) == today else f"{dates.day(at)} {dates.clock(at)}"


def _person(row: Occupancy, today: date) -> dict[str, object]:
    years = dates.age(row.birth_date, on=today)
    return {
        "name": display_name(row.birth_name, row.used_name, row.first_names, row.used_first_name),
        "birth_date_label": dates.birth(row.birth_date),
        "sex_label": str(Sex(row.sex).label),
        "age_label": "" if years is None else _("%d ans") % years,
    }


def _stay(row: Occupancy, moment: Moment) -> dict[str, object]:
    words: dict[str, object] = {}
    if row.stay_kind and row.stay_kind != StayKind.INPATIENT:
        words["stay_kind_label"] = str(StayKind(row.stay_kind).label)
    if row.occupied_since is None:
        return words
    began = timezone.localdate(row.admitted_at or row.occupied_since)
    words |= {
        "since_label": _hour(row.occupied_since, moment.today),
        "day_label": _("J%d") % max((moment.today - began).days, 0),
        "expected_label": _expected(row, moment.today),
        "overdue": moment.overdue,
    }
    if row.expected_discharge_at and row.certainty:
        words["certainty_label"] = str(Certainty(row.certainty).label)
    return words


def _expected(row: Occupancy, today: date) -> str:
    if row.expected_discharge_at is None:
        return _("à fixer") if row.stay_kind == StayKind.INPATIENT else ""
    if timezone.localdate(row.expected_discharge_at) == today:
        return dates.clock(row.expected_discharge_at)
    return dates.day(row.expected_discharge_at)


def _badges(row: Occupancy, *, homonym: bool) -> list[tuple[str, str]]:
    badges = []
    if homonym or row.homonym:
        badges.append(("homonym", _("homonyme")))
    if row.occupied_since and row.home_unit_id not in (None, row.unit_id):
        badges.append(("hosted", _("hébergé · %s") % row.home_unit_name))
    return badges
