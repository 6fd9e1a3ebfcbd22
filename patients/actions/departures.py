"""A patient gives up the bed: for the lounge, for home care, or as the ward confirms what another system told."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from amh.core.models import User
from amh.core.transactions import act
from patients.actions import movements
from patients.models import ExitMode, Movement, MovementKind, Stay, StayKind, StayState
from patients.queries import locks
from patients.rules import departures as rules
from patients.rules.leaves import check_lounge
from patients.rules.times import after_last
from wards.models import Unit


@act
def depart(
    *, stay: Stay, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Confirm that a patient whose stay another system ended has left the bed: it is free at that moment (WR-2).

    Raises ``Conflict`` (not discharged, left already, bed given since), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.DEPARTURE)
    locks.beds(stay.placements.values_list("bed_id", flat=True))
    place = rules.check_depart(stay, by=by, at=effective_at, now=at)
    movement = movements.by_hand(
        stay, MovementKind.DEPARTURE, effective_at=effective_at, unit=place.unit, bed=place.bed, reason=reason
    )
    return movements.record(movement, action="stay.depart", by=by, at=at)


@act
def to_lounge(
    *, stay: Stay, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Movement:
    """Record that a patient went to wait in the lounge: the bed is free, the stay goes on (FL-8).

    ``stays.move`` gives them a bed again. Raises ``Conflict`` (not present), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.LOUNGE)
    place = check_lounge(stay, by=by, at=effective_at, now=at)
    locks.beds([place.bed_id if place else None])
    movement = movements.by_hand(
        stay,
        MovementKind.LOUNGE,
        effective_at=effective_at,
        unit=place.unit if place else None,
        bed=place.bed if place else None,
        reason=reason,
    )
    return movements.record(movement, action="stay.to_lounge", by=by, at=at)


@act
def to_home_care(
    *, stay: Stay, unit: Unit, by: User | None, at: datetime, effective_at: datetime | None = None, reason: str = ""
) -> Stay:
    """End the stay and begin another, of home care, in ``unit``; return the new one (WR-17). Undone together.

    Raises ``Conflict`` (not here; no unit of home care), ``Invalid`` or ``Denied``.
    """
    stay = locks.to_move(stay.pk)[stay.pk]
    effective_at = after_last(stay, effective_at or at, MovementKind.DISCHARGE)
    unit = locks.unit(unit.pk)
    place = rules.check_to_home_care(stay, unit, by=by, at=effective_at, now=at)
    locks.beds([place.bed_id if place else None])
    home = Stay.objects.create(
        patient=stay.patient,
        unit=unit,
        kind=StayKind.HOME_CARE,
        expected_at=effective_at,
        practitioner_id=stay.practitioner_id,
        state=StayState.EXPECTED,
        protected=stay.protected,
        protection=stay.protection,
    )
    said: dict[str, Any] = {"effective_at": effective_at, "reason": reason, "joint": uuid4()}
    left = movements.by_hand(stay, MovementKind.DISCHARGE, mode=ExitMode.HOME_CARE, **said)
    began = movements.by_hand(home, MovementKind.ADMISSION, unit=unit, **said)
    movements.record(left, began, action="stay.to_home_care", by=by, at=at)
    return home
