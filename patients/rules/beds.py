"""When a bed may be given, cleaned, closed or reopened; each refusal says who or what stands in the way."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Patient, Stay
from patients.queries import placements
from wards.models import Bed


def named(patient: Patient, *, unit_id: int | None, to: User | None) -> str:
    """The patient's name for those who may know it in that unit, otherwise a mask."""
    visible = to is not None and rules.may(to, Permission.VIEW_PATIENT, unit_id=unit_id)
    return patient.display_name if visible and not patient.protected else _("un autre patient")


def check_exists(bed: Bed, *, at: datetime) -> None:
    """Raise ``Conflict`` when the bed is not in service at ``at``."""
    if bed.valid_from > at or (bed.valid_until and bed.valid_until <= at):
        raise Conflict(_("Le lit %s n’est pas en service à cette heure.") % bed, code="bed_unknown", field="bed")


def check_open(bed: Bed, *, at: datetime) -> None:
    """Raise ``Conflict`` when a closure bars the bed at ``at``."""
    closure = placements.closure(bed.pk, at=at)
    if closure is None:
        return
    facts = {"bed": bed, "kind": closure.get_kind_display().lower(), "reason": closure.get_reason_display()}
    if closure.ends_at:
        facts["until"] = moment(closure.ends_at, now=at)
        sentence = _("Le lit %(bed)s est %(kind)s (%(reason)s) jusqu’au %(until)s. Choisir un autre lit.") % facts
    else:
        sentence = _("Le lit %(bed)s est %(kind)s (%(reason)s). Choisir un autre lit.") % facts
    raise Conflict(sentence, code="bed_closed", field="bed")


def check_unoccupied(bed: Bed, stay: Stay, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise ``Conflict`` naming who holds the bed, and since when, unless it is free from ``at`` on for ``stay``."""
    others = placements.of_others(stay, bed_ids=[bed.pk], after=at)
    if not others:
        return
    holder = others[0]
    facts = {
        "bed": bed,
        "patient": named(holder.patient, unit_id=holder.unit_id, to=by),
        "since": moment(holder.starts_at, now=now),
    }
    raise Conflict(
        _("Le lit %(bed)s est occupé par %(patient)s depuis %(since)s. Choisir un autre lit.") % facts,
        code="bed_occupied",
        field="bed",
    )


def check_unreserved(bed: Bed, stay: Stay, *, by: User | None, at: datetime) -> None:
    """Raise ``Conflict`` naming for whom the bed is kept, unless it is for ``stay``."""
    kept = placements.reservation(bed.pk, at=at)
    if kept is None or kept.stay_id == stay.pk:
        return
    facts = {
        "bed": bed,
        "patient": named(kept.stay.patient, unit_id=bed.room.unit_id, to=by),
        "expected": moment(kept.expected_at, now=at),
    }
    raise Conflict(
        _("Le lit %(bed)s est réservé pour %(patient)s, attendu à %(expected)s. Choisir un autre lit.") % facts,
        code="bed_reserved",
        field="bed",
    )


def check_given(bed: Bed, stay: Stay, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``bed`` can be given to ``stay`` from ``at`` on: right, existence, closure, holder, reservation.

    Closure and reservation are those of ``now``: a time typed a little early passes round neither.
    """
    rules.check(by, Permission.PLACE, unit_id=bed.room.unit_id)
    check_exists(bed, at=at)
    check_exists(bed, at=now)
    check_open(bed, at=now)
    check_unoccupied(bed, stay, by=by, at=at, now=now)
    check_unreserved(bed, stay, by=by, at=now)


def check_empty(bed: Bed, *, by: User | None, at: datetime) -> None:
    """Raise ``Conflict`` naming who lies in the bed at ``at``."""
    holder = placements.holder(bed.pk, at=at)
    if holder is None:
        return
    facts = {
        "bed": bed,
        "patient": named(holder.patient, unit_id=holder.unit_id, to=by),
        "since": moment(holder.starts_at, now=at),
    }
    raise Conflict(
        _("Le lit %(bed)s est occupé par %(patient)s depuis %(since)s.") % facts, code="bed_occupied", field="bed"
    )


def check_clean(bed: Bed, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may record at ``at`` that the bed is clean."""
    rules.check(by, Permission.CLEAN, unit_id=bed.room.unit_id)
    check_empty(bed, by=by, at=at)


def check_close(bed: Bed, *, by: User | None, at: datetime, until: datetime | None = None) -> None:
    """Raise unless ``by`` may close the bed from ``at``: a bed that holds a patient is never closed over them."""
    rules.check(by, Permission.CLOSE_BED, unit_id=bed.room.unit_id)
    if until is not None and until <= at:
        raise Invalid(_("La fin de la fermeture précède son début."), code="order", field="until")
    check_empty(bed, by=by, at=at)
    if placements.closure(bed.pk, at=at) is not None:
        raise Conflict(_("Le lit %s est déjà fermé.") % bed, code="bed_closed", field="bed")


def check_reopen(bed: Bed, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may reopen the bed, which must be closed at ``at``."""
    rules.check(by, Permission.CLOSE_BED, unit_id=bed.room.unit_id)
    if placements.closure(bed.pk, at=at) is None:
        raise Conflict(_("Le lit %s n’est pas fermé.") % bed, code="bed_open", field="bed")
