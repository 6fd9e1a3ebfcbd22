"""Keep a bed for a stay, and let it go."""

from collections.abc import Collection
from datetime import datetime, timedelta

from amh.core import audit, parameters
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.models import Movement, MovementKind, MovementSource, Reservation, Stay
from patients.queries import locks, placements, reservations
from patients.rules import homonyms
from patients.rules import reservations as rules
from wards.models import Bed, Unit

TO_A_PLACE = frozenset({MovementKind.ADMISSION, MovementKind.TRANSFER})


@act
def reserve(*, stay: Stay, bed: Bed, expected_at: datetime, by: User | None, at: datetime) -> Reservation:
    """Keep ``bed`` for ``stay`` from now until some hours after the expected arrival (``reservation_grace_hours``).

    A bed that somebody still holds may be kept for the next one. Raises ``Conflict`` (closed then, kept for another,
    stay over), ``Invalid`` (an arrival that is past) or ``Denied``.
    """
    stay = locks.stay(stay.pk)
    bed = locks.beds([bed.pk])[bed.pk]
    until = _end(expected_at)
    rules.check_reserve(stay, bed, expected_at=expected_at, until=until, by=by, now=at)
    release_for(stay, at=at)
    reservation = Reservation.objects.create(
        bed=bed, stay=stay, expected_at=expected_at, starts_at=at, ends_at=until, entered_by=by
    )
    _record("bed.reserve", reservation, stay, bed, by=by, at=at)
    return reservation


def _end(expected_at: datetime) -> datetime:
    return expected_at + timedelta(hours=parameters.value("reservation_grace_hours"))


@act
def release(*, reservation: Reservation, by: User | None, at: datetime) -> None:
    """Let a kept bed go. Raises ``Conflict`` (already let go) or ``Denied``."""
    stay = locks.stay(reservation.stay_id)
    bed = locks.beds([reservation.bed_id])[reservation.bed_id]
    reservation = Reservation.objects.get(pk=reservation.pk)
    rules.check_release(reservation, bed, by=by)
    _let_go(reservation, stay, bed, by=by, at=at)


@act
def take_back(*, reservation: Reservation, by: User | None, at: datetime) -> None:
    """Undo ``reserve``: the bed is let go, and one that was kept for the same patient before is kept again if it can.

    Raises ``Conflict`` (let go already, or the patient came) or ``Denied``.
    """
    stay = locks.stay(reservation.stay_id)
    reservation = Reservation.objects.get(pk=reservation.pk)
    before = stay.reservations.filter(
        released_at=reservation.starts_at, released_by_movement=None, ends_at__gt=at
    ).first()
    bed = locks.beds([reservation.bed_id, before.bed_id if before else None])[reservation.bed_id]
    rules.check_release(reservation, bed, by=by)
    _let_go(reservation, stay, bed, by=by, at=at)
    give_back(before, stay, at=at)


def _let_go(reservation: Reservation, stay: Stay, bed: Bed, *, by: User | None, at: datetime) -> None:
    reservation.released_at = at
    reservation.save(update_fields=["released_at"])
    _record("bed.release", reservation, stay, bed, by=by, at=at)


@act
def restore(*, reservation: Reservation, by: User | None, at: datetime) -> None:
    """Undo ``release``: the bed is kept again just as it was.

    Raises ``Conflict`` (not let go by hand, run out since; bed closed or kept for another, patient kept another bed,
    stay over) or ``Denied``.
    """
    stay = locks.stay(reservation.stay_id)
    bed = locks.beds([reservation.bed_id])[reservation.bed_id]
    reservation = Reservation.objects.get(pk=reservation.pk)
    rules.check_restore(reservation, stay, bed, by=by, now=at)
    reservation.released_at = None
    reservation.save(update_fields=["released_at"])
    _record("bed.restore", reservation, stay, bed, by=by, at=at)


def _record(action: str, kept: Reservation, stay: Stay, bed: Bed, *, by: User | None, at: datetime) -> None:
    facts = {"stay": stay.pk, "reservation": kept.pk}
    audit.record(action, subject=bed, by=by, at=at, patient_id=stay.patient_id, **facts)
    alike = homonyms.beds_of(stay.patient, unit_ids=[bed.room.unit_id], at=at)
    lies = placements.current(stay, at=at)
    units = {stay.unit_id, bed.room.unit_id, lies.unit_id if lies else None}
    events.board_changed(beds={bed.pk, lies.bed_id if lies else None, *alike}, units=units, at=at)


def postpone(stay: Stay, *, expected_at: datetime, at: datetime) -> Reservation | None:
    """Keep for another hour of arrival the bed that is kept for a locked stay, where nothing else wants it until then.

    Return the reservation, changed or not.
    """
    kept = reservations.kept_for(stay, at=at)
    if kept is None:
        return None
    locks.beds([kept.bed_id])
    until = _end(expected_at)
    if rules.may_be_kept(kept, until=until, now=at):
        kept.expected_at, kept.ends_at = expected_at, until
        kept.save(update_fields=["expected_at", "ends_at"])
    return kept


def follow(movement: Movement, *, at: datetime) -> None:
    """Let go of the bed kept for a locked stay whose patient now has one, or needs none any more.

    Who arrives without a bed, or is in the theatre, still has the one that is kept for them (WR-3).

    A movement that was struck out gives back what it had let go, where that is still possible.
    """
    stay = movement.stay
    if movement.cancelled_at is not None:
        _forget_own_bed(stay, at=at)
        give_back(movement.released_reservations.filter(ends_at__gt=at).first(), stay, at=at)
    placed = movement.cancelled_at is None and movement.kind in TO_A_PLACE and movement.bed_id is not None
    if placed or stay.state not in rules.KEEPING:
        release_for(stay, movement=movement, at=at)


def release_for(stay: Stay, *, at: datetime, movement: Movement | None = None) -> None:
    """Let go of whatever bed is kept for a locked stay, because of ``movement`` or because it gets another kept."""
    kept = [one for one in stay.reservations.filter(released_at=None) if movement is None or _ends(movement, one)]
    for reservation in kept:
        reservation.released_at = at
        reservation.released_by_movement = None if movement is None or movement.cancelled_at else movement
        reservation.save(update_fields=["released_at", "released_by_movement"])
    _show(kept, stay, at=at)


def _show(reservations: Collection[Reservation], stay: Stay, *, at: datetime) -> None:
    """Draw these beds anew, and those of whoever may be taken for the patient in their units."""
    if reservations:
        units = Unit.objects.filter(rooms__beds__in=[one.bed_id for one in reservations]).values_list("pk", flat=True)
        alike = homonyms.beds_of(stay.patient, unit_ids=set(units), at=at)
        events.board_changed(beds={*alike, *(one.bed_id for one in reservations)}, at=at)


def _forget_own_bed(stay: Stay, *, at: datetime) -> None:
    """Let go of a bed that was kept for the return of somebody who, after all, never left it."""
    kept, place = reservations.kept_for(stay, at=at), placements.current(stay, at=at)
    if kept is not None and place is not None and place.bed_id == kept.bed_id:
        release_for(stay, at=at)


def _ends(movement: Movement, reservation: Reservation) -> bool:
    """Tell whether the movement ends the reservation. What another system tells late, from before it, does not."""
    told_late = movement.source == MovementSource.FEED and movement.effective_at < reservation.starts_at
    over = movement.stay.state not in rules.KEEPING
    return over or not told_late or movement.bed_id == reservation.bed_id


def give_back(lost: Reservation | None, stay: Stay, *, at: datetime) -> None:
    """Keep for a locked stay the bed that it lost, if there is one and it still can be."""
    if lost is None:
        return
    locks.beds([lost.bed_id])
    if rules.may_be_given_back(lost, stay, now=at):
        lost.released_at = lost.released_by_movement = None
        lost.save(update_fields=["released_at", "released_by_movement"])
        _show([lost], stay, at=at)
