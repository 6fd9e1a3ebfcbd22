"""What was seen when a patient was picked up on the board must still be so when they are dropped."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from amh.core import rules as core_rules
from amh.core.dates import moment
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Stay, StayState
from patients.queries import placements
from patients.rules import stays as stay_rules
from patients.rules.beds import named
from wards.models import Bed

MOVED = "moved_meanwhile"
"""Code of the refusal of a patient who is no longer where somebody took them."""


def check_origin(stay: Stay, origin: int | None, *, by: User | None, now: datetime) -> None:
    """Raise ``Conflict`` saying where the patient is, unless that is the bed ``origin`` from which they were taken.

    ``Denied`` first for those who may not place a patient who is there.

    ``None`` was taken from a list: somebody without a bed, or on leave, whose bed stays theirs.
    """
    place = placements.current(stay, at=now)
    if place is None:
        if origin is not None:
            stay_rules.check_state(stay, StayState.PRESENT, StayState.ON_LEAVE, now=now)
        return
    core_rules.check(by, Permission.PLACE, unit_id=place.unit_id)
    if place.bed_id == origin or (origin is None and stay.state == StayState.ON_LEAVE):
        return
    facts: dict[str, Any] = {"patient": named(stay.patient, unit_id=place.unit_id, to=by, stay=stay)}
    facts |= {"place": place.bed or place.unit, "since": moment(place.starts_at, now=now)}
    if place.bed is None:
        sentence = _("Entre-temps, %(patient)s a quitté son lit : en %(place)s, sans lit, depuis %(since)s.")
    else:
        sentence = _("Entre-temps, %(patient)s a changé de lit : au lit %(place)s depuis %(since)s.")
    raise Conflict(sentence % facts, code=MOVED)


def check_holds(other: Stay, bed: Bed, *, by: User | None, now: datetime) -> None:
    """Raise ``Conflict`` unless the patient with whom the bed was to be exchanged still has it."""
    place = placements.current(other, at=now)
    if place is None or place.bed_id != bed.pk:
        facts = {"bed": bed, "patient": named(other.patient, unit_id=bed.room.unit_id, to=by, stay=other)}
        raise Conflict(_("Entre-temps, %(patient)s a quitté le lit %(bed)s.") % facts, code="holder_gone", field="bed")
