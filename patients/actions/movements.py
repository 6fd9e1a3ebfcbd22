"""Acts on the ledger: record a movement, cancel one, undo the last; the placements follow in the same transaction."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import reservations
from patients.models import STAY_TRANSITIONS, Movement, MovementKind, MovementSource, Placement, Stay, StayState
from patients.queries import locks, placements
from patients.rules import stays as rules
from patients.rules.projections import Projection, Segment, project
from wards.models import DAY_KINDS, Bed, BedKind, Unit


@dataclass
class Touched:
    """Beds and units whose display an act changes."""

    beds: set[int | None] = field(default_factory=set)
    units: set[int | None] = field(default_factory=set)

    def add(self, placement: Placement) -> None:
        """Count the bed and unit of ``placement`` in."""
        self.beds.add(placement.bed_id)
        self.units.add(placement.unit_id)


def rebuild(stay: Stay) -> Touched:
    """Make state and placements of a locked stay follow its standing movements; say what changed.

    A bed that somebody else holds is not taken: the patient is then in the unit, « lit à confirmer » (WR-2).
    """
    projection = project(stay.movements.standing())
    wanted = _without_held_beds(stay, [_placement(stay, segment) for segment in projection.segments])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_bed_one_patient, one_patient_one_bed DEFERRED")
        touched = _replace(list(stay.placements.order_by("starts_at", "pk")), wanted)
        _follow(stay, projection)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return touched


def _placement(stay: Stay, segment: Segment) -> Placement:
    return Placement(
        stay=stay,
        patient_id=stay.patient_id,
        unit_id=segment.unit_id,
        bed_id=segment.bed_id,
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
    )


def _without_held_beds(stay: Stay, wanted: list[Placement]) -> list[Placement]:
    bed_ids = {placement.bed_id for placement in wanted if placement.bed_id is not None}
    kinds = dict(Bed.objects.filter(pk__in=bed_ids).values_list("pk", "kind"))
    day_units = set(
        Unit.objects.filter(pk__in={p.unit_id for p in wanted}, kind__in=DAY_KINDS).values_list("pk", flat=True)
    )
    others = placements.of_others(stay, bed_ids=bed_ids, after=wanted[0].starts_at) if bed_ids else []
    for placement in wanted:
        kind = kinds.get(placement.bed_id or 0)
        placement.exempt = kind != BedKind.BED if kind else placement.unit_id in day_units
        if any(_overlap(placement, other) for other in others if other.bed_id == placement.bed_id):
            placement.bed_id, placement.wanted_bed_id, placement.to_confirm = None, placement.bed_id, True
    return wanted


def _overlap(one: Placement, other: Placement) -> bool:
    return (other.ends_at is None or one.starts_at < other.ends_at) and (
        one.ends_at is None or other.starts_at < one.ends_at
    )


PLACE = ("unit_id", "bed_id", "wanted_bed_id", "to_confirm", "exempt", "starts_at", "ends_at")


def _replace(existing: list[Placement], wanted: list[Placement]) -> Touched:
    touched = Touched()
    for row in existing[len(wanted) :]:
        touched.add(row)
        row.delete()
    for row, new in zip(existing, wanted, strict=False):
        if any(getattr(row, name) != getattr(new, name) for name in PLACE):
            touched.add(row)
            touched.add(new)
            for name in PLACE:
                setattr(row, name, getattr(new, name))
            row.save(update_fields=PLACE)
    for row in wanted[len(existing) :]:
        touched.add(row)
        row.save()
    return touched


def _follow(stay: Stay, projection: Projection) -> None:
    if projection.state != stay.state:
        STAY_TRANSITIONS.check(stay.state, projection.state)
    now_holds = (projection.state, projection.admitted_at, projection.discharged_at)
    if now_holds != (stay.state, stay.admitted_at, stay.discharged_at):
        stay.state, stay.admitted_at, stay.discharged_at = now_holds
        stay.save(update_fields=["state", "admitted_at", "discharged_at"])


def record(movement: Movement, *, action: str, by: User | None, at: datetime) -> Movement:
    """Write a movement of a locked stay whose rule has been asked, with all that follows from it."""
    movement.entered_at, movement.entered_by = at, by
    movement.save()
    return _settle(movement, action=action, by=by, at=at)


def _settle(movement: Movement, *, action: str, by: User | None, at: datetime) -> Movement:
    stay = movement.stay
    touched = rebuild(stay)
    if stay.state in (StayState.DISCHARGED, StayState.CANCELLED):
        reservations.release_for(stay, at=at)
    audit.record(
        action,
        subject=stay,
        by=by,
        at=at,
        patient_id=stay.patient_id,
        movement=movement.pk,
        unit=movement.unit_id,
        bed=movement.bed_id,
        effective_at=movement.effective_at.isoformat(),
    )
    units = touched.units | {stay.unit_id}
    namesakes = placements.beds_of_namesakes(stay, unit_ids=units)
    events.board_changed(beds=touched.beds | namesakes, units=units, at=at)
    return movement


def by_hand(stay: Stay, kind: MovementKind, *, effective_at: datetime, unit: Unit | None, bed: Bed | None) -> Movement:
    """A movement that a person says happened, not yet written."""
    return Movement(stay=stay, kind=kind, source=MovementSource.HAND, effective_at=effective_at, unit=unit, bed=bed)


def cancel(movement: Movement, *, by: User | None, at: datetime, action: str = "movement.cancel") -> Movement:
    """Strike a movement of a locked stay out of the ledger, with all that follows. The row stays, marked."""
    movement.cancelled_at, movement.cancelled_by = at, by
    movement.save(update_fields=["cancelled_at", "cancelled_by"])
    return _settle(movement, action=action, by=by, at=at)


@act
def undo(*, movement: Movement, by: User | None, at: datetime) -> Movement:
    """Undo the last act of a stay: the patient is again where they were.

    Raises ``Conflict`` when something newer depends on it or the bed has been given since, ``Denied`` without the right
    to the act itself.
    """
    stay = locks.stay(movement.stay_id)
    movement = Movement.objects.get(pk=movement.pk)
    locks.beds(stay.movements.standing().values_list("bed_id", flat=True))
    movement.stay = stay
    rules.check_undo(movement, stay, by=by, now=at)
    return cancel(movement, by=by, at=at, action="movement.undo")
