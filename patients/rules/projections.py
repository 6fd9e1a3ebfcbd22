"""From the ledger to what holds: which state a stay is in and where its patient was, and is.

A cancelled movement never counts; of the others, the later effective time wins, whoever said it and whenever. A stay
that another system ends keeps its bed until the patient has left it: when the ward says so, else after the unit's delay
(WR-2). Only the departure of the body ends the place of somebody who died (WR-14).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from patients.models import ExitMode, Movement, MovementKind, MovementSource, StayState

AT_ONCE = timedelta()


@dataclass(frozen=True)
class Segment:
    """One place and its time, as a movement ``said`` it; ``ends_at`` is ``None`` while the patient is there."""

    unit_id: int
    bed_id: int | None
    starts_at: datetime
    ends_at: datetime | None = None
    said: Movement | None = field(default=None, compare=False, repr=False)

    def here(self, movement: Movement) -> bool:
        """Tell whether the movement changes nothing of this place."""
        return (movement.unit_id, movement.bed_id) == (self.unit_id, self.bed_id) or movement.unit_id is None


@dataclass(frozen=True)
class Projection:
    """What the standing movements of one stay amount to."""

    state: StayState
    segments: tuple[Segment, ...]
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    exit_mode: str = ""
    on_leave_until: datetime | None = None
    died_at: datetime | None = None


def project(movements: Iterable[Movement], delays: Mapping[int, timedelta] | None = None) -> Projection:
    """Compute state and places from the movements of one stay that were not cancelled.

    ``delays`` says for each unit how long a bed is held after a discharge told by another system; none frees at once.
    """
    course = Course(delays or {})
    for movement in sorted(movements, key=attrgetter("order")):
        STEPS[MovementKind(movement.kind)](course, movement)
    return course.projection()


@dataclass
class Course:
    """A stay as far as its movements have been read.

    ``here`` is the place that the patient has; ``ends_at`` when it ends unless something else is said, ``firm`` when
    the ward said so. ``left_at`` is a departure seen before the discharge that it confirms.
    """

    delays: Mapping[int, timedelta]
    state: StayState = StayState.CANCELLED
    places: list[Segment] = field(default_factory=list)
    here: Segment | None = None
    ends_at: datetime | None = None
    firm: bool = False
    left_at: datetime | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    exit_mode: str = ""
    on_leave_until: datetime | None = None
    died_at: datetime | None = None

    def projection(self) -> Projection:
        """What has been read, as values."""
        self._end_place(self.ends_at)
        return Projection(
            self.state,
            _joined(self.places),
            self.admitted_at,
            self.discharged_at,
            self.exit_mode,
            self.on_leave_until,
            self.died_at,
        )

    def expect(self, movement: Movement) -> None:
        """A preadmission: the patient is awaited, nowhere."""
        self.state = StayState.EXPECTED if self.state == StayState.CANCELLED else self.state

    def admit(self, movement: Movement) -> None:
        """An arrival, whatever was before."""
        self._arrive(movement)
        self._be(StayState.DECEASED if self.died_at else StayState.PRESENT)

    def transfer(self, movement: Movement) -> None:
        """Another place. A change of responsible unit that is told late brings nobody back; a bed changed during a
        leave is no return.
        """
        if movement.unit_id is None and self.state in (StayState.DISCHARGED, StayState.LOUNGE):
            return
        if self.state == StayState.ON_LEAVE:
            self._arrive(movement)
        else:
            self.admit(movement)

    def leave(self, movement: Movement) -> None:
        """A leave: the bed stays the patient’s. Told after the end it means nothing."""
        if self.state in (StayState.DISCHARGED, StayState.DECEASED):
            return
        if self.here is None:
            self._arrive(movement)
        self._be(StayState.ON_LEAVE)
        self.on_leave_until = movement.expected_return_at

    def come_back(self, movement: Movement) -> None:
        """The end of a leave, to the same place or to the one that is said."""
        nowhere = self.state == StayState.LOUNGE and movement.unit_id is None
        if self.state not in (StayState.DISCHARGED, StayState.DECEASED) and not nowhere:
            self.admit(movement)

    def go_to_lounge(self, movement: Movement) -> None:
        """The bed is given up, the stay goes on."""
        if self.state not in (StayState.DISCHARGED, StayState.DECEASED):
            self.admitted_at = self.admitted_at or movement.effective_at
            self._end_place(movement.effective_at)
            self._be(StayState.LOUNGE)

    def die(self, movement: Movement) -> None:
        """A death: the place is kept for the body. After the patient has left it means nothing."""
        in_bed = self.here is not None and not self._is_left(movement.effective_at)
        if self.state != StayState.DISCHARGED or in_bed:
            self.died_at = movement.effective_at
            self.admitted_at = self.admitted_at or movement.effective_at
            self._stay_there()
            self._be(StayState.DECEASED)

    def depart(self, movement: Movement) -> None:
        """What the ward saw: the patient, or the body, has left the bed. It ends the stay of nobody alive."""
        if self.state == StayState.DECEASED:
            self._discharge(movement, ExitMode.DEATH)
        if self.state == StayState.DISCHARGED:
            self.ends_at, self.firm = movement.effective_at, True
        else:
            self.left_at = movement.effective_at

    def discharge(self, movement: Movement) -> None:
        """By hand the physical departure; from another system the end of the stay, which frees the bed later."""
        by_hand = movement.source == MovementSource.HAND
        if not by_hand and self._is_body_here(movement):
            self.died_at = self.died_at or movement.effective_at
            self._stay_there()
            self._be(StayState.DECEASED)
            return
        self._discharge(movement, ExitMode.DEATH if self.died_at else movement.mode)
        if by_hand or self.left_at is not None:
            self.ends_at, self.firm = movement.effective_at if by_hand else self.left_at, True
        elif not self.firm and self.here is not None:
            self.ends_at = _later(movement.effective_at, self.delays.get(self.here.unit_id, AT_ONCE))

    def _is_body_here(self, movement: Movement) -> bool:
        if self.state == StayState.DECEASED:
            return True
        in_bed = self.here is not None and self.left_at is None and not self._is_left(movement.effective_at)
        return movement.mode == ExitMode.DEATH and in_bed

    def _discharge(self, movement: Movement, mode: str) -> None:
        self._be(StayState.DISCHARGED)
        self.discharged_at, self.exit_mode = movement.effective_at, mode or self.exit_mode
        if mode == ExitMode.DEATH:
            self.died_at = self.died_at or movement.effective_at

    def _arrive(self, movement: Movement) -> None:
        self.admitted_at = self.admitted_at or movement.effective_at
        if self._is_left(movement.effective_at):
            self._end_place(self.ends_at)
        self._stay_there()
        if self.here is not None and self.here.here(movement):
            return
        if movement.unit_id is not None:
            self._end_place(movement.effective_at)
            self.here = Segment(movement.unit_id, movement.bed_id, movement.effective_at, said=movement)

    def _is_left(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at

    def _stay_there(self) -> None:
        self.ends_at, self.firm, self.left_at = None, False, None

    def _end_place(self, at: datetime | None) -> None:
        if self.here is not None:
            self.places.append(replace(self.here, ends_at=at))
        self.here, self.ends_at, self.firm = None, None, False

    def _be(self, state: StayState) -> None:
        self.state, self.on_leave_until = state, None
        if state != StayState.DISCHARGED:
            self.discharged_at, self.exit_mode = None, ""


STEPS = {
    MovementKind.PREADMISSION: Course.expect,
    MovementKind.ADMISSION: Course.admit,
    MovementKind.TRANSFER: Course.transfer,
    MovementKind.LEAVE: Course.leave,
    MovementKind.RETURN: Course.come_back,
    MovementKind.LOUNGE: Course.go_to_lounge,
    MovementKind.DEATH: Course.die,
    MovementKind.DEPARTURE: Course.depart,
    MovementKind.DISCHARGE: Course.discharge,
}


def _later(at: datetime, delay: timedelta) -> datetime:
    """``delay`` after ``at``, right across changes of daylight saving: the clock of the wall would not count them."""
    return at.astimezone(UTC) + delay if delay else at


def _joined(segments: list[Segment]) -> tuple[Segment, ...]:
    """Drop places of zero length, but for a stay that had no other: it too was somewhere. Told twice, one is one."""
    joined: list[Segment] = []
    for segment in [one for one in segments if one.ends_at != one.starts_at] or segments[-1:]:
        last = joined[-1] if joined else None
        if last and (last.unit_id, last.bed_id, last.ends_at) == (segment.unit_id, segment.bed_id, segment.starts_at):
            joined[-1] = replace(last, ends_at=segment.ends_at)
        else:
            joined.append(segment)
    return tuple(joined)
