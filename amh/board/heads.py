"""The head of a unit: its counts, who is there without a bed, who is awaited without one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amh.board import cards
from amh.board.audiences import Audience
from amh.core import dates
from patients.models.patients import display_name
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit
from wards.models.beds import short_label

TAKEN = (BedState.OCCUPIED, BedState.LEAVING)
SHUT = (BedState.CLOSED, BedState.BLOCKED)
KEPT = 4_000
"""Heads kept rendered in a process."""


@dataclass(frozen=True, slots=True)
class WaitingPatient:
    """One patient without a bed, in words."""

    stay_id: int
    masked: bool
    name: str
    since_label: str
    wanted_bed_label: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A unit with its counts by state; ``beds_total`` counts the open beds.

    ``waiting`` are present and have no bed; ``awaited`` are calm: they come today and none is kept for them yet (WR-3).
    """

    pk: int
    code: str
    name: str
    to_be_referenced: bool
    counts: tuple[tuple[str, int], ...]
    waiting: tuple[WaitingPatient, ...]
    awaited: tuple[WaitingPatient, ...]
    unfolded: bool = False

    def count(self, *states: BedState) -> int:
        """How many beds are in one of these states."""
        return sum(number for state, number in self.counts if state in states)

    @property
    def beds_total(self) -> int:
        """Open beds."""
        return sum(number for _state, number in self.counts) - self.count(*SHUT)

    @property
    def occupied(self) -> int:
        """Beds in which somebody lies."""
        return self.count(*TAKEN)

    @property
    def free(self) -> int:
        """Beds that can be given now."""
        return self.count(BedState.FREE)


def head(
    unit: Unit, states: Iterable[BedState], without: Sequence[Waiting], audience: Audience, *, at: datetime
) -> UnitHead:
    """The head of ``unit`` from the states of its beds and those ``without`` one, named as the audience may see."""
    counts = Counter(states)
    today, language = dates.local(at).date(), get_language() or ""
    patients = [(one, _patient(one, today, language, masked=not _named(one, audience))) for one in without]
    return UnitHead(
        pk=unit.pk,
        code=unit.code,
        name=unit.name,
        to_be_referenced=unit.to_be_referenced,
        counts=tuple((state.value, counts[state]) for state in BedState),
        waiting=tuple(patient for one, patient in patients if one.since),
        awaited=tuple(patient for one, patient in patients if not one.since),
    )


def _named(one: Waiting, audience: Audience) -> bool:
    return audience.sees(one.unit_id, one.patient_id) and not one.protected


@lru_cache(maxsize=KEPT)
def html(unit: UnitHead, *, language: str) -> SafeString:
    """The head as HTML, in ``language``. Kept by its whole content, like a card."""
    with translation.override(language):
        return _template().render({"unit": unit})


@lru_cache(maxsize=1)
def _template():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return get_template("board/beds/unit.html")


@lru_cache(maxsize=KEPT)
def _patient(one: Waiting, today: date, language: str, *, masked: bool) -> WaitingPatient:
    """The words of one patient in ``language``, the active one; of the hour, only the day shows in them."""
    name = _("Patient")
    who = ""
    if not masked:
        name = display_name(one.birth_name, one.used_name, one.first_names, one.used_first_name)
        who = cards.who(one.birth_date, one.sex, today=today)
    wanted = short_label(one.wanted_room, one.wanted_bed)
    return WaitingPatient(one.stay_id, masked, name, since_label(one, today=today), wanted, who)


def since_label(one: Waiting, *, today: date) -> str:
    """Since when the patient waits, or when they are awaited."""
    if one.since:
        return _("présent depuis %s") % dates.dated(one.since, today=today)
    return _("attendu à %s") % dates.dated(one.expected_at, today=today) if one.expected_at else ""
