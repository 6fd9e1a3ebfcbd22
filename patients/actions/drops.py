"""Acts on a patient who was taken from one place of the board and dropped on a bed: done only if nobody was faster.

``origin`` is the bed from which they were taken, ``None`` for a list. Of two people who take one patient, the second is
told where the first put them, instead of moving them on.
"""

from datetime import datetime
from typing import Any

from amh.core.models import User
from amh.core.transactions import act
from patients.actions import movements, reservations, stays, swaps
from patients.models import Movement, Reservation, Stay
from patients.queries import locks, placements
from patients.rules import drops as rules
from wards.models import Bed


@act
def place(*, stay: Stay, bed: Bed, origin: int | None, by: User | None, at: datetime) -> Movement:
    """Install the patient in ``bed`` now. Raises ``Conflict`` (moved meanwhile) and what ``stays.place`` raises."""
    stay = locks.to_move(stay.pk)[stay.pk]
    rules.check_origin(stay, origin, by=by, now=at)
    return stays.place(stay=stay, bed=bed, by=by, at=at)


@act
def swap(*, stay: Stay, other: Stay, bed: Bed, origin: int | None, by: User | None, at: datetime) -> Movement:
    """Have the patient exchange beds with ``other``, who holds ``bed``.

    Raises ``Conflict`` (one of them moved meanwhile) and what ``swaps.swap`` raises.
    """
    locked = locks.to_move(stay.pk, other.pk)
    rules.check_origin(locked[stay.pk], origin, by=by, now=at)
    rules.check_holds(locked[other.pk], bed, by=by, now=at)
    return swaps.swap(stay=stay, other=other, by=by, at=at)


@act
def take_over(
    *, stay: Stay, bed: Bed, kept: Reservation, origin: int | None, by: User | None, at: datetime
) -> Movement:
    """Install the patient in a bed that is kept for somebody else, who loses it.

    Raises ``Conflict`` (moved meanwhile, let go already) and what ``reservations.release`` and ``stays.place`` raise.
    """
    said: dict[str, Any] = {"by": by, "at": at}
    locked = locks.to_move(stay.pk, besides=[kept.stay_id])[stay.pk]
    rules.check_origin(locked, origin, by=by, now=at)
    left = placements.current(locked, at=at)
    locks.beds([bed.pk, left.bed_id if left else None])
    reservations.release(reservation=kept, **said)
    return stays.place(stay=locked, bed=bed, **said)


@act
def hand_back(*, movement: Movement, kept: Reservation, by: User | None, at: datetime) -> Movement:
    """Undo ``take_over``: the patient is where they were, and the bed is kept again for whom it was.

    Raises ``Conflict`` as a whole when either is no longer possible, or ``Denied``.
    """
    locks.to_move(movement.stay_id, besides=[kept.stay_id])
    undone = movements.undo(movement=movement, by=by, at=at)
    reservations.restore(reservation=kept, by=by, at=at)
    return undone
