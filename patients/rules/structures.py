"""When a place may be taken away, moved or changed: never while it serves somebody or is promised to them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amh.core.dates import moment
from amh.core.errors import Conflict
from amh.core.models import User
from patients.queries import holdings
from patients.queries.holdings import Holding
from patients.rules.beds import named
from wards.models import Bed, Room, Unit

SHOWN = 5
"""Stays that a refusal names; the others are counted."""


def check_beds_free(place: Room | Bed, beds: Sequence[Bed], *, after: datetime, by: User | None, now: datetime) -> None:
    """Raise ``Conflict`` saying who has one of ``beds`` after that moment, waits for it or has it kept."""
    _check(place, holdings.of_beds([bed.pk for bed in beds], after=after, now=now), by=by, now=now)


def check_unit_free(unit: Unit, beds: Sequence[Bed], *, after: datetime, by: User | None, now: datetime) -> None:
    """The same for a unit and its ``beds``: also who is there without a bed, or expected."""
    _check(unit, holdings.of_unit(unit.pk, [bed.pk for bed in beds], after=after, now=now), by=by, now=now)


def _check(place: Unit | Room | Bed, held: Sequence[Holding], *, by: User | None, now: datetime) -> None:
    if not held:
        return
    said = [_said(one, by=by, now=now) for one in held[:SHOWN]]
    others = len(held) - SHOWN
    if others > 0:
        said.append(ngettext("et %d autre", "et %d autres", others) % others)
    facts = {"place": place, "who": " ; ".join(said)}
    raise Conflict(_("« %(place)s » sert encore ou est promis. %(who)s.") % facts, code="still_needed")


def _said(one: Holding, *, by: User | None, now: datetime) -> str:
    unit_id = one.bed.room.unit_id if one.bed else one.stay.unit_id
    facts = {
        "bed": one.bed,
        "patient": named(one.stay.patient, unit_id=unit_id, to=by, stay=one.stay),
        "when": moment(one.since or one.expected_at or now, now=now),
    }
    if one.since is None:
        with_bed, without = _("%(bed)s : gardé pour %(patient)s, attendu %(when)s"), _("%(patient)s, attendu %(when)s")
    elif one.wanted:
        with_bed = without = _("%(bed)s : à confirmer pour %(patient)s, présent depuis %(when)s")
    else:
        with_bed, without = _("%(bed)s : %(patient)s depuis %(when)s"), _("%(patient)s, sans lit, depuis %(when)s")
    return (with_bed if one.bed else without) % facts
