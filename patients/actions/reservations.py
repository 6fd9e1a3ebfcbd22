"""Keep a bed for a stay, and let it go."""

from datetime import datetime, timedelta

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.models import Reservation, Stay
from patients.queries import locks
from patients.rules import reservations as rules
from wards.models import Bed

GRACE = timedelta(hours=4)
"""How long after the expected arrival a reservation still holds (WR-12)."""


@act
def reserve(*, stay: Stay, bed: Bed, expected_at: datetime, by: User | None, at: datetime) -> Reservation:
    """Keep ``bed`` for ``stay`` from now until some hours after the expected arrival.

    A bed that somebody still holds may be kept for the next one. Raises ``Conflict`` (closed, kept for another, stay
    over), ``Invalid`` (an arrival that is past) or ``Denied``.
    """
    stay = locks.stay(stay.pk)
    bed = locks.beds([bed.pk])[bed.pk]
    rules.check_reserve(stay, bed, expected_at=expected_at, by=by, now=at)
    release_for(stay, at=at)
    reservation = Reservation.objects.create(
        bed=bed, stay=stay, expected_at=expected_at, starts_at=at, ends_at=expected_at + GRACE, entered_by=by
    )
    audit.record("bed.reserve", subject=bed, by=by, at=at, patient_id=stay.patient_id, stay=stay.pk)
    events.board_changed(beds=[bed.pk], units=[stay.unit_id], at=at)
    return reservation


@act
def release(*, reservation: Reservation, by: User | None, at: datetime) -> None:
    """Let a kept bed go. Raises ``Conflict`` (already let go) or ``Denied``."""
    stay = locks.stay(reservation.stay_id)
    bed = locks.beds([reservation.bed_id])[reservation.bed_id]
    reservation = Reservation.objects.get(pk=reservation.pk)
    rules.check_release(reservation, bed, by=by)
    reservation.released_at = at
    reservation.save(update_fields=["released_at"])
    audit.record("bed.release", subject=bed, by=by, at=at, patient_id=stay.patient_id, stay=stay.pk)
    events.board_changed(beds=[bed.pk], units=[stay.unit_id], at=at)


def release_for(stay: Stay, *, at: datetime) -> None:
    """Let go of whatever bed is kept for a locked stay, because it has one now or gets another kept."""
    kept = list(stay.reservations.filter(released_at=None))
    for reservation in kept:
        reservation.released_at = at
        reservation.save(update_fields=["released_at"])
    events.board_changed(beds=[reservation.bed_id for reservation in kept], at=at)
