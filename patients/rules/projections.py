"""From the ledger to what holds: which state a stay is in and where its patient was, and is.

A cancelled movement never counts; of the others, the later effective time wins, whoever said it and whenever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from patients.models import Movement, MovementKind, StayState


@dataclass(frozen=True)
class Segment:
    """One place and its time; ``ends_at`` is ``None`` while the patient is there."""

    unit_id: int
    bed_id: int | None
    starts_at: datetime
    ends_at: datetime | None = None

    def here(self, movement: Movement) -> bool:
        """Tell whether the movement changes nothing of this place."""
        return (movement.unit_id, movement.bed_id) == (self.unit_id, self.bed_id) or movement.unit_id is None


@dataclass(frozen=True)
class Projection:
    """What the standing movements of one stay amount to."""

    state: StayState
    segments: tuple[Segment, ...]
    admitted_at: datetime | None
    discharged_at: datetime | None


def project(movements: Iterable[Movement]) -> Projection:
    """Compute state, places, admission and departure from the movements of one stay that were not cancelled."""
    segments: list[Segment] = []
    admitted_at = discharged_at = None
    state = StayState.CANCELLED
    for movement in sorted(movements, key=attrgetter("order")):
        match movement.kind:
            case MovementKind.PREADMISSION:
                state = StayState.EXPECTED if state == StayState.CANCELLED else state
            case MovementKind.DISCHARGE:
                state, discharged_at = StayState.DISCHARGED, movement.effective_at
                _leave(segments, movement.effective_at)
            case MovementKind.TRANSFER if movement.unit_id is None and state == StayState.DISCHARGED:
                pass  # a change of responsible unit that is told late brings nobody back
            case _:
                state, discharged_at = StayState.PRESENT, None
                admitted_at = admitted_at or movement.effective_at
                _arrive(segments, movement)
    return Projection(state, _without_instants(segments), admitted_at, discharged_at)


def _leave(segments: list[Segment], at: datetime) -> None:
    if segments and segments[-1].ends_at is None:
        segments[-1] = replace(segments[-1], ends_at=at)


def _arrive(segments: list[Segment], movement: Movement) -> None:
    if segments and segments[-1].ends_at is None and segments[-1].here(movement):
        return
    if movement.unit_id is not None:
        _leave(segments, movement.effective_at)
        segments.append(Segment(movement.unit_id, movement.bed_id, movement.effective_at))


def _without_instants(segments: list[Segment]) -> tuple[Segment, ...]:
    """Drop places of zero length, but for a stay that had no other: it too was somewhere."""
    lasting = tuple(segment for segment in segments if segment.ends_at != segment.starts_at)
    return lasting or tuple(segments[-1:])
