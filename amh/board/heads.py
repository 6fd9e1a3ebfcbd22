"""The head of a unit: its counts, and who has no bed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.core import dates
from patients.models import Sex
from patients.models.patients import display_name
from patients.queries.occupancy import Occupancy
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit
from wards.models.beds import short_label

TAKEN = (BedState.OCCUPIED, BedState.LEAVING)
SHUT = (BedState.CLOSED, BedState.BLOCKED)


@dataclass(frozen=True, slots=True)
class WaitingPatient:
    """One patient without a bed, in words."""

    stay_id: int
    masked: bool
    since_label: str
    wanted_bed_label: str = ""
    name: str = ""
    birth_date_label: str = ""
    sex_label: str = ""
    age_label: str = ""


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A unit with its counts by state; ``beds_total`` counts the open beds."""

    pk: int
    code: str
    name: str
    to_be_referenced: bool
    counts: dict[str, int]
    beds_total: int
    occupied: int
    free: int
    waiting: tuple[WaitingPatient, ...]


def head(unit: Unit, rows: Iterable[Occupancy], waiting: Sequence[Waiting], *, at: datetime, named: bool) -> UnitHead:
    """The head of ``unit`` from the rows of its beds and those who wait there; without names unless ``named``."""
    counts = Counter(row.state(at) for row in rows)
    return UnitHead(
        pk=unit.pk,
        code=unit.code,
        name=unit.name,
        to_be_referenced=unit.to_be_referenced,
        counts={state.value: counts[state] for state in BedState},
        beds_total=counts.total() - sum(counts[state] for state in SHUT),
        occupied=sum(counts[state] for state in TAKEN),
        free=counts[BedState.FREE],
        waiting=tuple(_patient(one, at=at, masked=not named or one.protected) for one in waiting),
    )


def html(unit: UnitHead, *, language: str) -> SafeString:
    """The head as HTML, in ``language``."""
    with translation.override(language):
        return _template().render({"unit": unit})


@lru_cache(maxsize=1)
def _template():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return get_template("board/beds/unit.html")


def _patient(one: Waiting, *, at: datetime, masked: bool) -> WaitingPatient:
    if one.since:
        since = _("présent depuis %s") % dates.moment(one.since, now=at)
    else:
        since = _("attendu à %s") % dates.moment(one.expected_at or at, now=at)
    wanted = short_label(one.wanted_room, one.wanted_bed)
    if masked:
        return WaitingPatient(one.stay_id, masked, since, wanted)
    years = dates.age(one.birth_date, on=timezone.localdate(at))
    return WaitingPatient(
        one.stay_id,
        masked,
        since,
        wanted,
        name=display_name(one.birth_name, one.used_name, one.first_names, one.used_first_name),
        birth_date_label=dates.birth(one.birth_date),
        sex_label=str(Sex(one.sex).label),
        age_label="" if years is None else _("%d ans") % years,
    )
