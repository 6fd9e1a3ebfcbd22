"""Two patients exchange their beds: both or neither."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from amh.core.models import User
from amh.core.transactions import act
from patients.actions import movements
from patients.models import Movement, MovementKind, Stay
from patients.queries import locks, placements
from patients.rules import swaps as rules
from patients.rules.times import after_last


@act
def swap(
    *,
    stay: Stay,
    other: Stay,
    by: User | None,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> Movement:
    """Have two patients exchange their beds at the same moment; return the movement of the first. Undone together.

    Raises ``Conflict`` (one of them is not here or has no bed; a bed is closed or kept for somebody else), ``Invalid``
    or ``Denied``.
    """
    stays = locks.to_move(stay.pk, other.pk)
    stay, other = stays[stay.pk], stays[other.pk]
    effective_at = max(after_last(one, effective_at or at, MovementKind.TRANSFER) for one in (stay, other))
    held = (placements.current(one, at=at) for one in (stay, other))
    locks.beds(place.bed_id for place in held if place)
    here, there = rules.check_swap(stay, other, by=by, at=effective_at, now=at)
    said: dict[str, Any] = {"effective_at": effective_at, "reason": reason, "joint": uuid4()}
    first = movements.by_hand(stay, MovementKind.TRANSFER, unit=there.room.unit, bed=there, **said)
    second = movements.by_hand(other, MovementKind.TRANSFER, unit=here.room.unit, bed=here, **said)
    return movements.record(first, second, action="stay.swap", by=by, at=at)
