"""One answer to a bed that is to be confirmed: the other left, they exchanged, it was entered by mistake (WR-2)."""

from datetime import datetime
from typing import Any

from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import deaths, departures, movements, stays
from patients.models import ExitMode, Movement, Placement, Stay, StayState
from patients.queries import locks, placements
from patients.queries import movements as ledger
from patients.rules import reconciliations as rules
from patients.rules.reconciliations import Answer
from wards.models import Bed


@act
def reconcile(
    *,
    stay: Stay,
    answer: Answer,
    by: User | None,
    at: datetime,
    bed: Bed | None = None,
    mode: ExitMode | str = "",
    effective_at: datetime | None = None,
    reason: str = "",
) -> Movement:
    """Say why the bed of ``stay`` is to be confirmed, and so settle it; return the movement, which can be undone.

    ``LEFT``: the other patient has left, by ``mode``. ``SWAPPED``: the other is in ``bed``, or where this one was
    before. ``MISTAKEN``: this one is in ``bed``, or where they were before, or in the unit without a bed.
    It happened when the contradiction began unless ``effective_at`` says otherwise. Raises ``Conflict`` (nothing to
    confirm), and what the act that follows raises.
    """
    place, other = rules.contradiction(stay, now=at)
    locked = locks.to_move(stay.pk, other.stay_id)
    place, other = rules.contradiction(locked[stay.pk], now=at)
    stay, opponent = locked[stay.pk], locked.get(other.stay_id)
    if opponent is None:
        raise Conflict(str(rules.CHANGED), code="changed")
    moved = stay if answer == Answer.MISTAKEN else opponent
    when: dict[str, Any] = {"by": by, "at": at, "effective_at": effective_at or _begun(place, moved), "reason": reason}
    match answer:
        case Answer.LEFT:
            return _leave(opponent, mode=mode, **when)
        case Answer.SWAPPED:
            return stays.move(stay=opponent, to=rules.bed_for_other(place, other, bed), **when)
        case _:
            return _correct(stay, place, other, bed=bed, **when)


def _begun(place: Placement, moved: Stay) -> datetime:
    """When the contradiction began, or what happened last to the patient who is moved."""
    last = ledger.last(moved)
    return max(place.starts_at, last.effective_at) if last else place.starts_at


def _leave(stay: Stay, *, mode: ExitMode | str, **when: Any) -> Movement:
    match stay.state:
        case StayState.DISCHARGED:
            return departures.depart(stay=stay, **when)
        case StayState.DECEASED:
            return deaths.body_left(stay=stay, **when)
    return stays.discharge(stay=stay, mode=mode, **when)


def _correct(stay: Stay, place: Placement, other: Placement, *, bed: Bed | None, **when: Any) -> Movement:
    if bed is not None:
        return stays.move(stay=stay, to=bed, **when)
    if other.patient_id == stay.patient_id:
        said = ledger.last(stay)
        return movements.undo(movement=said, by=when["by"], at=when["at"])  # type: ignore[arg-type]
    before = placements.before(place)
    if (
        before is not None
        and before.bed is not None
        and not placements.held(bed_ids=[before.bed.pk], after=when["effective_at"], besides=[stay.pk])
    ):
        return stays.move(stay=stay, to=before.bed, **when)
    return stays.wait(stay=stay, unit=place.unit, **when)
