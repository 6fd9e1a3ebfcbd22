"""Those whom a unit answers for and who lie in no bed: the list of its head on which each stands, and their words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from amh.board import cards
from amh.board.audiences import Audience
from amh.core import dates
from patients.models import StayKind, StayState
from patients.models.patients import display_name
from patients.queries.waiting import Waiting
from wards.models import DAY_KINDS, Unit, UnitKind
from wards.models.beds import short_label

KEPT = 4_000
"""People whose words are kept in a process."""


class Standing(StrEnum):
    """The lists of a head, in their order."""

    WAITING = "waiting"
    TO_CONFIRM = "to_confirm"
    THEATRE = "theatre"
    DAY_ZERO = "day_zero"
    RECEIVED = "received"
    LOUNGE = "lounge"
    LEAVE = "leave"
    PARTING = "parting"
    AWAITED = "awaited"


LABELS = {
    Standing.WAITING: gettext_lazy("Sans lit"),
    Standing.TO_CONFIRM: gettext_lazy("Lit à confirmer"),
    Standing.THEATRE: gettext_lazy("Au bloc ou en SSPI"),
    Standing.DAY_ZERO: gettext_lazy("Ici, lit prévu"),
    Standing.RECEIVED: gettext_lazy("Accueil sans lit"),
    Standing.LOUNGE: gettext_lazy("Au salon de sortie"),
    Standing.LEAVE: gettext_lazy("En permission"),
    Standing.PARTING: gettext_lazy("Départ à enregistrer"),
    Standing.AWAITED: gettext_lazy("Attendus ce jour"),
}

LOUD = frozenset({Standing.WAITING, Standing.TO_CONFIRM})
"""A bed was due and is not there, or two people are said to be in one (WR-2, WR-3)."""

CALM_UNITS = DAY_KINDS | {UnitKind.THEATRE, UnitKind.LOUNGE}
"""Units in which nobody is owed a bed."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a list, in words. ``late`` from a leave; ``since`` is the ISO moment from which they are there."""

    stay_id: int
    masked: bool
    name: str
    detail: str
    who: str = ""
    late: bool = False
    since: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of a head; a calm one is folded unless something was found in it."""

    key: str
    label: str
    loud: bool
    people: tuple[Person, ...]
    unfolded: bool = False


def listings(
    unit: Unit, everyone: Iterable[Waiting], audience: Audience, *, at: datetime, planned: bool = False
) -> tuple[Listing, ...]:
    """The lists in which somebody stands, the loud ones first, named as the audience may see; nobody is late yet for
    what is ``planned``.
    """
    grouped: dict[Standing, list[Person]] = defaultdict(list)
    for one in everyone:
        grouped[place(one, unit)].append(person(one, audience, at=at, late=not planned and is_late(one, at=at)))
    found = [_listing(key, grouped[key]) for key in Standing if key in grouped]
    return tuple(sorted(found, key=lambda listing: not listing.loud))


def _listing(key: Standing, people: list[Person]) -> Listing:
    loud = key in LOUD or any(one.late for one in people)
    return Listing(key.value, str(LABELS[key]), loud, tuple(people))


def place(one: Waiting, unit: Unit) -> Standing:
    """The list on which somebody stands."""
    if one.away:
        return Standing.LOUNGE if one.away == StayState.LOUNGE else Standing.LEAVE
    if one.since is None:
        return Standing.AWAITED
    if one.deceased:
        return Standing.PARTING
    if one.to_confirm:
        return Standing.TO_CONFIRM
    return _calm(one, unit) or Standing.WAITING


def _calm(one: Waiting, unit: Unit) -> Standing | None:
    """Without a bed and nothing to worry about (WR-3): in the theatre, received with a bed to come, or owed none."""
    if unit.kind == UnitKind.THEATRE:
        return Standing.THEATRE
    if one.wanted_bed_id is not None:
        return Standing.DAY_ZERO
    owed_none = one.stay_kind != StayKind.INPATIENT or unit.kind in CALM_UNITS
    return Standing.RECEIVED if owed_none else None


def named(one: Waiting, audience: Audience) -> bool:
    """Tell whether this person is shown by name; protected people never are (SEC-8)."""
    return audience.sees(one.unit_id, one.patient_id) and not one.protected


def is_late(one: Waiting, *, at: datetime) -> bool:
    """Tell whether the person should be back from leave."""
    return one.back_at is not None and one.back_at < at


def person(one: Waiting, audience: Audience, *, at: datetime, late: bool) -> Person:
    """The words of one person, as the audience may see them."""
    other_seen = one.other_unit_id is not None and audience.sees(one.other_unit_id, one.other_patient_id)
    return _words(
        one,
        dates.local(at).date(),
        get_language() or "",
        masked=not named(one, audience),
        other_masked=not other_seen or bool(one.other_protected),
        late=late,
    )


@lru_cache(maxsize=KEPT)
def _words(one: Waiting, today: date, language: str, *, masked: bool, other_masked: bool, late: bool) -> Person:
    """The words of one person in ``language``, the active one."""
    detail = _detail(one, today, other_masked=other_masked, late=late)
    since = dates.local(one.since).isoformat() if one.since else ""
    if masked:
        return Person(one.stay_id, masked, _("Patient"), detail, late=late, since=since)
    name = display_name(one.birth_name, one.used_name, one.first_names, one.used_first_name)
    return Person(one.stay_id, masked, name, detail, cards.who(one.birth_date, one.sex, today=today), late, since)


def _detail(one: Waiting, today: date, *, other_masked: bool, late: bool) -> str:
    bed = short_label(one.wanted_room, one.wanted_bed)
    if one.away:
        said = _back(one, today, late=late) if one.back_at else _("depuis %s") % _dated(one.since, today)
        return " · ".join(filter(None, [bed and _("lit %s") % bed, said]))
    if one.to_confirm:
        return _contradiction(one, bed, today, other_masked=other_masked)
    return " · ".join(filter(None, [since_label(one, today=today), bed and _("attendu au lit %s") % bed]))


def _back(one: Waiting, today: date, *, late: bool) -> str:
    said = _("retour prévu %s, dépassé") if late else _("retour prévu %s")
    return said % _dated(one.back_at, today)


def _contradiction(one: Waiting, bed: str, today: date, *, other_masked: bool) -> str:
    facts = {"bed": bed, "since": _dated(one.since, today), "other": _("un autre patient")}
    if one.other_patient_id == one.patient_id:
        return _("dit dans un autre séjour depuis %(since)s") % facts
    if not other_masked:
        names = (one.other_birth_name, one.other_used_name, one.other_first_names, one.other_used_first_name)
        facts["other"] = display_name(*(name or "" for name in names))
    return _("dit au lit %(bed)s depuis %(since)s, tenu par %(other)s") % facts


def since_label(one: Waiting, *, today: date) -> str:
    """Since when the patient waits, or when they are awaited."""
    if one.since:
        return _("présent depuis %s") % _dated(one.since, today)
    return _("attendu %s") % dates.when_dated(one.expected_at, today=today) if one.expected_at else ""


def _dated(at: datetime | None, today: date) -> str:
    return dates.dated(at, today=today) if at else ""
