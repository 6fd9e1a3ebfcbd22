"""Acts on the ledger: record a movement, cancel one, undo the last; the placements follow in the same transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import reservations
from patients.actions.placements import forget_death, rebuild
from patients.models import Movement, MovementKind, MovementSource, Stay, StayState
from patients.queries import locks, placements
from patients.queries import movements as ledger
from patients.queries.reservations import kept_beds
from patients.rules import homonyms
from patients.rules import undos as rules
from patients.rules.times import after
from wards.models import Bed, Unit


def by_hand(
    stay: Stay,
    kind: MovementKind,
    *,
    effective_at: datetime,
    unit: Unit | None = None,
    bed: Bed | None = None,
    reason: str = "",
    **facts: object,
) -> Movement:
    """A movement that a person says happened, not yet written; ``facts`` are the fields of its kind."""
    return Movement(
        stay=stay,
        kind=kind,
        source=MovementSource.HAND,
        effective_at=effective_at,
        unit=unit,
        bed=bed,
        reason=reason,
        **facts,
    )


def record(movement: Movement, *others: Movement, action: str, by: User | None, at: datetime) -> Movement:
    """Write movements of locked stays whose rule has been asked, with all that follows from them; return the first."""
    for one in (movement, *others):
        if one.pk is not None:
            forget_death(one)
        one.entered_at, one.entered_by = at, by
        one.save()
    _settle((movement, *others), action=action, by=by, at=at)
    return movement


def cancel(
    movement: Movement, *others: Movement, by: User | None, at: datetime, action: str = "movement.cancel"
) -> Movement:
    """Strike movements of locked stays out of the ledger, with all that follows. The rows stay, marked."""
    for one in (movement, *others):
        one.cancelled_at, one.cancelled_by = at, by
        one.save(update_fields=["cancelled_at", "cancelled_by"])
    yielding = placements.yielding((movement, *others))
    _settle((movement, *others), action=action, by=by, at=at, yielding=yielding)
    return movement


def _settle(
    rows: Sequence[Movement],
    *,
    action: str,
    by: User | None,
    at: datetime,
    yielding: Collection[int] = (),
    **params: object,
) -> None:
    touched = rebuild({movement.stay_id: movement.stay for movement in rows}.values(), at=at, yielding=yielding)
    for movement in rows:
        reservations.follow(movement, at=at)
        touched.units.add(movement.stay.unit_id)
        audit.record(
            action,
            subject=movement.stay,
            by=by,
            at=at,
            patient_id=movement.stay.patient_id,
            movement=movement.pk,
            unit=movement.unit_id,
            bed=movement.bed_id,
            effective_at=movement.effective_at.isoformat(),
            **params,
        )
    touched.beds |= kept_beds(movement.stay_id for movement in rows)
    for stay in {movement.stay_id: movement.stay for movement in rows}.values():
        if stay.state == StayState.ON_LEAVE and (place := placements.current(stay, at=at)):
            # Since when the patient is away stands in the ledger alone.
            touched.beds.add(place.bed_id)
        touched.beds |= homonyms.beds_of(stay.patient, unit_ids=touched.units, at=at)
    events.board_changed(beds=touched.beds, units=touched.units, at=at)
    _tell(rows, instead_of=params.get("instead_of"), at=at)


def _tell(rows: Sequence[Movement], *, instead_of: object, at: datetime) -> None:
    """Say which of these were entered here, and which of those were struck out here: others tell their own."""
    ours = [movement.pk for movement in rows if movement.is_ours]
    if ours:
        events.ledger_changed.send(sender=None, movement_ids=ours, instead_of=instead_of, at=at)


@act
def undo(*, movement: Movement, by: User | None, at: datetime) -> Movement:
    """Undo the last act of a stay, with what it did to other stays: everybody is again where they were.

    Raises ``Conflict`` when something newer depends on it or a bed has been given since, ``Denied`` without the right
    to the act itself.
    """
    rows = ledger.together(movement)
    stays = locks.to_move(*{one.stay_id for one in rows}, besides=placements.yielding(rows))
    rows = ledger.together(movement, of=stays)
    locks.beds(ledger.beds(stays))
    rules.check_undo(rows, by=by, now=at)
    return cancel(*rows, by=by, at=at, action="movement.undo")


@act
def retime(*, movement: Movement, effective_at: datetime, by: User | None, at: datetime) -> Movement:
    """Correct when the last act of a stay happened: the row is struck out and written anew with the right time.

    It is taken back by the old time. Raises ``Conflict`` (not the last, the bed was given meanwhile), ``Invalid`` (a
    time that cannot be) or ``Denied``.
    """
    rows = ledger.together(movement)
    stays = locks.to_move(*{one.stay_id for one in rows}, besides=placements.yielding(rows))
    movement = ledger.together(movement, of=stays)[0]
    locks.beds(ledger.beds(stays))
    anew = _at(movement, after(rules.previous(movement), effective_at, MovementKind(movement.kind)))
    rules.check_retime(movement, anew, by=by, now=at)
    movement.cancelled_at, movement.cancelled_by = at, by
    movement.save(update_fields=["cancelled_at", "cancelled_by"])
    yielding = placements.yielding([movement])
    anew.entered_at, anew.entered_by = at, by
    anew.save()
    movement.released_reservations.update(released_by_movement=anew)
    was = movement.effective_at.isoformat()
    _settle([anew], action="movement.retime", by=by, at=at, yielding=yielding, instead_of=movement.pk, was=was)
    return anew


SAID = (
    "stay",
    "kind",
    "source",
    "unit",
    "bed",
    "hosting_uf",
    "medical_uf",
    "care_uf",
    "mode",
    "expected_return_at",
    "reason",
)


def _at(movement: Movement, effective_at: datetime) -> Movement:
    """The same movement at another time, not yet written: it no longer bears the number that its sender gave."""
    return Movement(**{name: getattr(movement, name) for name in SAID}, effective_at=effective_at)
