"""What becomes of an expectation before the patient comes: another hour, called off, taken up again."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import movements
from patients.actions import reservations as keeping
from patients.models import Movement, MovementKind, NoArrival, Stay
from patients.queries import locks
from patients.rules import preadmissions as rules


@act
def reschedule(*, stay: Stay, expected_at: datetime, by: User | None, at: datetime) -> bool:
    """Expect a patient at another hour; tell whether that is another one. A bed kept for them is kept for that hour.

    One that is closed or kept for somebody else before then stays kept as it is.
    Raises ``Conflict`` (here, gone, called off; unit out of service then), ``Invalid`` (an hour that is past) or
    ``Denied``.
    """
    stay = locks.stay(stay.pk)
    _hold_unit(stay)
    rules.check_reschedule(stay, expected_at=expected_at, by=by, now=at)
    before = stay.expected_at
    if before == expected_at:
        return False
    stay.expected_at = expected_at
    stay.save(update_fields=["expected_at"])
    audit.record(
        "stay.reschedule",
        subject=stay,
        by=by,
        at=at,
        patient_id=stay.patient_id,
        before=before and before.isoformat(),
        after=expected_at.isoformat(),
    )
    kept = keeping.postpone(stay, expected_at=expected_at, at=at)
    events.board_changed(beds=[kept.bed_id] if kept else [], units=[stay.unit_id], at=at)
    return True


@act
def cancel(*, stay: Stay, reason: NoArrival | str, by: User | None, at: datetime) -> None:
    """Say that an expected patient does not come, and why: nobody is expected, no bed is kept any more.

    Raises ``Conflict`` (here, gone, called off already), ``Invalid`` (no such reason) or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    rules.check_cancel(stay, reason=reason, by=by, now=at)
    rows = list(stay.movements.standing().filter(kind=MovementKind.PREADMISSION).order_by("pk"))
    for row in rows:
        row.stay = stay
    movements.cancel(*rows, by=by, at=at, action="stay.cancel")
    for row in rows:
        row.cancelled_for = reason
        row.save(update_fields=["cancelled_for"])


@act
def reinstate(*, stay: Stay, by: User | None, at: datetime) -> Movement:
    """Expect a patient again who was called off, where and when they were; their bed is kept again if it still can be.

    Raises ``Conflict`` (not called off; record withdrawn, unit out of service) or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    _hold_unit(stay)
    called_off = rules.check_reinstate(stay, by=by, now=at)
    lost = stay.reservations.filter(released_at=called_off.cancelled_at, ends_at__gt=at).first()
    movement = movements.by_hand(
        stay, MovementKind.PREADMISSION, effective_at=stay.expected_at or at, unit=called_off.unit
    )
    movements.record(movement, action="stay.reinstate", by=by, at=at)
    keeping.give_back(lost, stay, at=at)
    return movement


def _hold_unit(stay: Stay) -> None:
    """Somebody is to come there: the unit may not go out of service meanwhile."""
    if stay.unit_id is not None:
        stay.unit = locks.unit(stay.unit_id)
