"""The ward's verbs on a stay. ``at`` is now, when it is said; ``effective_at`` is when it happened."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import entries, movements, reservations
from patients.models import ExitMode, Movement, MovementKind, Patient, Practitioner, Stay, StayKind, StayState
from patients.queries import locks, placements
from patients.rules import preadmissions
from patients.rules import stays as rules
from patients.rules.times import after_last
from wards.models import Bed, Unit


@act
def preadmit(
    *,
    patient: Patient,
    unit: Unit,
    expected_at: datetime,
    kind: StayKind,
    by: User | None,
    at: datetime,
    practitioner: Practitioner | None = None,
    looked_at: Collection[str] | None = None,
) -> Stay:
    """Expect a patient in a unit at ``expected_at``.

    ``looked_at`` are the doubts that somebody has looked at; ``None`` asks about none, for who looks by other means.
    Raises ``Conflict`` (record withdrawn, unit out of service then, another doubt), ``Invalid`` (an hour that is past,
    no physician) or ``Denied``.
    """
    patient = locks.patient(patient.pk)
    unit = locks.unit(unit.pk)
    practitioner = entries.locked(practitioner) if practitioner else None
    preadmissions.check_preadmit(patient, unit, expected_at=expected_at, by=by, now=at)
    preadmissions.check_physician(practitioner)
    if looked_at is not None:
        found = preadmissions.doubts(patient, unit, expected_at=expected_at, now=at)
        preadmissions.check_looked_at(found, looked_at=looked_at)
    stay = Stay.objects.create(
        patient=patient,
        unit=unit,
        kind=kind,
        expected_at=expected_at,
        practitioner=practitioner,
        state=StayState.EXPECTED,
    )
    movement = movements.by_hand(stay, MovementKind.PREADMISSION, effective_at=expected_at, unit=unit)
    movements.record(movement, action="stay.preadmit", by=by, at=at)
    return stay


@act
def admit(
    *,
    stay: Stay,
    unit: Unit,
    bed: Bed | None,
    by: User | None,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> Movement:
    """Record that an expected patient has arrived in ``unit``, in ``bed`` when it is known.

    Raises ``Conflict`` (bed held, closed or kept for another; already here), ``Invalid`` (a time that cannot be) or
    ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.ADMISSION)
    unit = unit if bed else locks.unit(unit.pk)
    bed = locks.beds([bed.pk])[bed.pk] if bed else None
    rules.check_admit(stay, unit, bed, by=by, at=effective_at, now=at)
    movement = movements.by_hand(
        stay, MovementKind.ADMISSION, effective_at=effective_at, unit=unit, bed=bed, reason=reason
    )
    return movements.record(movement, action="stay.admit", by=by, at=at)


@act
def move(
    *, stay: Stay, to: Bed, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Install a patient who is here in the bed ``to``, from another bed, from none or from the lounge.

    Raises ``Conflict`` (bed held, closed, kept for another; patient gone), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.TRANSFER)
    left = placements.current(stay, at=at)
    to = locks.beds([to.pk, left.bed_id if left else None])[to.pk]
    rules.check_move(stay, to, by=by, at=effective_at, now=at)
    movement = movements.by_hand(
        stay, MovementKind.TRANSFER, effective_at=effective_at, unit=to.room.unit, bed=to, reason=reason
    )
    return movements.record(movement, action="stay.move", by=by, at=at)


def place(
    *, stay: Stay, bed: Bed, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Give a bed to a patient who has none: admits one who is expected, installs one who is in the unit.

    Raises what ``admit`` and ``move`` raise.
    """
    when: dict[str, Any] = {"by": by, "at": at, "effective_at": effective_at, "reason": reason}
    if Stay.objects.get(pk=stay.pk).state == StayState.EXPECTED:
        return admit(stay=stay, unit=bed.room.unit, bed=bed, **when)
    return move(stay=stay, to=bed, **when)


@act
def wait(
    *,
    stay: Stay,
    unit: Unit,
    by: User | None,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
    expected_at: datetime | None = None,
) -> Movement:
    """Record that a patient who is here is in ``unit`` without a bed: in the theatre, in a corridor, in none yet.

    The bed that they leave is kept for them until they are expected back in it, at ``expected_at`` (WR-3). Raises
    ``Conflict`` (gone, so already, unit out of service, no bed to keep), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.TRANSFER)
    left = placements.current(stay, at=at)
    unit = locks.unit(unit.pk)
    locks.beds([left.bed_id if left else None])
    rules.check_wait(stay, unit, by=by, at=effective_at, now=at)
    movement = movements.by_hand(stay, MovementKind.TRANSFER, effective_at=effective_at, unit=unit, reason=reason)
    movement = movements.record(movement, action="stay.wait", by=by, at=at)
    if expected_at is not None:
        bed = rules.left_bed(left)
        reservations.reserve(stay=stay, bed=bed, expected_at=expected_at, by=by, at=at)
    return movement


@act
def discharge(
    *,
    stay: Stay,
    by: User | None,
    at: datetime,
    effective_at: datetime | None = None,
    mode: ExitMode | str = "",
    reason: str = "",
) -> Movement:
    """Record that the patient has physically left: the bed is free at that moment, whatever is missing.

    Raises ``Conflict`` (not here any more; a mode that does not fit), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.DISCHARGE)
    left = placements.current(stay, at=at)
    locks.beds([left.bed_id if left else None])
    rules.check_discharge(stay, mode=mode, by=by, at=effective_at, now=at)
    movement = movements.by_hand(stay, MovementKind.DISCHARGE, effective_at=effective_at, mode=mode, reason=reason)
    return movements.record(movement, action="stay.discharge", by=by, at=at)


@act
def assign_practitioner(*, stay: Stay, practitioner: Practitioner | None, by: User | None, at: datetime) -> bool:
    """Name the physician responsible for the stay, or nobody yet; tell whether that is somebody else.

    Raises ``Conflict`` (stay called off), ``Invalid`` (no physician, no longer active) or ``Denied``.
    """
    stay = locks.stay(stay.pk)
    practitioner = entries.locked(practitioner) if practitioner else None
    rules.check_assign(stay, by=by, at=at)
    if stay.practitioner == practitioner:
        return False
    preadmissions.check_physician(practitioner)
    stay.practitioner = practitioner
    stay.save(update_fields=["practitioner"])
    named = practitioner.pk if practitioner else None
    audit.record("stay.assign_practitioner", subject=stay, by=by, at=at, patient_id=stay.patient_id, practitioner=named)
    events.board_changed(units=[stay.unit_id], at=at)
    return True
