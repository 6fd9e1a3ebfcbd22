"""A patient goes on leave and comes back; the bed stays theirs meanwhile (DR-5)."""

from datetime import datetime

from amh.core.models import User
from amh.core.transactions import act
from patients.actions import movements
from patients.models import Movement, MovementKind, Stay
from patients.queries import locks
from patients.rules import leaves as rules
from patients.rules.times import after_last


@act
def leave(
    *,
    stay: Stay,
    until: datetime,
    by: User | None,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> Movement:
    """Record that a present patient went on leave, to be back at ``until``, two days later at most.

    Raises ``Conflict`` (not here, on leave already), ``Invalid`` (a time that cannot be, a leave too long) or
    ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.LEAVE)
    place = rules.check_leave(stay, until=until, by=by, at=effective_at, now=at)
    movement = movements.by_hand(
        stay,
        MovementKind.LEAVE,
        effective_at=effective_at,
        unit=place.unit if place else None,
        bed=place.bed if place else None,
        reason=reason,
        expected_return_at=until,
    )
    return movements.record(movement, action="stay.leave", by=by, at=at)


@act
def come_back(
    *, stay: Stay, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Record that a patient is back from leave, in the bed that stayed theirs.

    Raises ``Conflict`` (not on leave), ``Invalid`` or ``Denied``. Who does not come back is discharged, with the mode
    ``NOT_RETURNED``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.RETURN)
    rules.check_come_back(stay, by=by, at=effective_at, now=at)
    movement = movements.by_hand(stay, MovementKind.RETURN, effective_at=effective_at, reason=reason)
    return movements.record(movement, action="stay.come_back", by=by, at=at)
