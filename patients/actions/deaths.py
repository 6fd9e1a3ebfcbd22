"""A patient dies: the bed is given to nobody until the body has left (WR-14, DR-9)."""

from datetime import datetime

from amh.core.models import User
from amh.core.transactions import act
from patients.actions import movements
from patients.models import ExitMode, Movement, MovementKind, Stay
from patients.queries import locks
from patients.rules import departures as rules
from patients.rules.times import after_last


@act
def die(
    *, stay: Stay, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Record a death: the patient is masked everywhere, and the bed kept.

    Raises ``Conflict`` (not here; recorded already), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.DEATH)
    place = rules.check_die(stay, by=by, at=effective_at, now=at)
    locks.beds([place.bed_id if place else None])
    movement = movements.by_hand(
        stay,
        MovementKind.DEATH,
        effective_at=effective_at,
        unit=place.unit if place else None,
        bed=place.bed if place else None,
        reason=reason,
    )
    return movements.record(movement, action="stay.die", by=by, at=at)


@act
def body_left(
    *, stay: Stay, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Record that the body has left: the stay is over, the bed is to be cleaned.

    Raises ``Conflict`` (no death recorded; left already), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.DISCHARGE)
    place = rules.check_body_left(stay, by=by, at=effective_at, now=at)
    locks.beds([place.bed_id if place else None])
    movement = movements.by_hand(
        stay, MovementKind.DISCHARGE, effective_at=effective_at, mode=ExitMode.DEATH, reason=reason
    )
    return movements.record(movement, action="stay.body_left", by=by, at=at)
