"""When a bed may be given or cleaned; each refusal says who or what stands in the way."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment, when
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Patient, Placement, Stay
from patients.queries import placements
from patients.rules.accesses import is_named
from wards.models import Bed, Unit
from wards.rules.services import in_service


def named(patient: Patient, *, unit_id: int | None, to: User | None, stay: Stay | None = None) -> str:
    """The patient's name for those who may know it in that unit, otherwise a mask.

    With the ``stay``, also masked when that is protected (SEC-8) or the patient has died (WR-14).
    """
    visible = is_named(patient, unit_id=unit_id, to=to, stay=stay)
    return patient.display_name if visible else _("un autre patient")


def check_exists(bed: Bed, *, at: datetime) -> None:
    """Raise ``Conflict`` when the bed is not in service at ``at``."""
    if not in_service(bed, at=at):
        raise Conflict(_("Le lit %s n’est pas en service à cette heure.") % bed, code="bed_unknown", field="bed")


def check_unit_exists(unit: Unit, *, at: datetime) -> None:
    """Raise ``Conflict`` when the unit is not in service at ``at``."""
    if not in_service(unit, at=at):
        raise Conflict(_("L’unité %s n’est pas en service à cette heure.") % unit, code="unit_unknown", field="unit")


def check_open(bed: Bed, *, at: datetime, until: datetime | None = None) -> None:
    """Raise ``Conflict`` when a closure bars the bed at ``at``, or at some time before ``until``."""
    barring = placements.closures([bed.pk], after=at, until=until or at + placements.AN_INSTANT)
    if not barring:
        return
    closure = barring[0]
    facts = {"bed": bed, "kind": closure.get_kind_display().lower(), "reason": closure.get_reason_display()}
    facts |= {"since": moment(closure.starts_at, now=at), "until": closure.ends_at and moment(closure.ends_at, now=at)}
    if closure.starts_at > at:
        sentence = _("Le lit %(bed)s sera %(kind)s (%(reason)s) à partir du %(since)s. Choisir un autre lit.") % facts
    elif closure.ends_at:
        sentence = _("Le lit %(bed)s est %(kind)s (%(reason)s) jusqu’au %(until)s. Choisir un autre lit.") % facts
    else:
        sentence = _("Le lit %(bed)s est %(kind)s (%(reason)s). Choisir un autre lit.") % facts
    raise Conflict(sentence, code="bed_closed", field="bed")


def check_unoccupied(
    bed: Bed,
    stay: Stay,
    *,
    by: User | None,
    at: datetime,
    now: datetime,
    until: datetime | None = None,
    besides: Collection[int] = (),
) -> None:
    """Raise ``Conflict`` naming who holds the bed, and since when, unless it is free from ``at`` on for ``stay``.

    Until ``until`` when that is given. The stays ``besides`` stand in nobody's way, nor does who is to have the bed
    after the present holder.
    """
    others = placements.held(bed_ids=[bed.pk], after=at, until=until, besides={stay.pk, *besides})
    holder = next((one for one in others if one.starts_at <= max(at, now)), None)
    if holder is not None:
        raise Conflict(
            _("Le lit %(bed)s est occupé par %(patient)s depuis %(since)s. Choisir un autre lit.")
            % _holding(holder, bed, to=by, now=now),
            code="bed_occupied",
            field="bed",
        )


def _holding(holder: Placement, bed: Bed, *, to: User | None, now: datetime) -> dict[str, object]:
    return {
        "bed": bed,
        "patient": named(holder.patient, unit_id=holder.unit_id, to=to, stay=holder.stay),
        "since": moment(holder.starts_at, now=now),
    }


def check_unreserved(
    bed: Bed,
    stay: Stay,
    *,
    by: User | None,
    at: datetime,
    until: datetime | None = None,
    besides: Collection[int] = (),
) -> None:
    """Raise ``Conflict`` naming for whom the bed is kept at ``at``, or before ``until``, unless it is for ``stay``."""
    for kept in placements.reservations([bed.pk], after=at, until=until or at + placements.AN_INSTANT):
        if kept.stay_id not in {stay.pk, *besides}:
            raise Conflict(
                _("Le lit %(bed)s est réservé pour %(patient)s, attendu %(expected)s. Choisir un autre lit.")
                % {
                    "bed": bed,
                    "patient": named(kept.stay.patient, unit_id=bed.room.unit_id, to=by, stay=kept.stay),
                    "expected": when(kept.expected_at, now=at),
                },
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
    if holder is not None:
        raise Conflict(
            _("Le lit %(bed)s est occupé par %(patient)s depuis %(since)s.") % _holding(holder, bed, to=by, now=at),
            code="bed_occupied",
            field="bed",
        )


def check_clean(bed: Bed, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may record at ``at`` that the bed is clean."""
    rules.check(by, Permission.CLEAN, unit_id=bed.room.unit_id)
    check_empty(bed, by=by, at=at)
