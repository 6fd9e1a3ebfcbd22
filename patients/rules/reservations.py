"""When a bed may be kept for a stay, and let go."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Reservation, Stay, StayState
from patients.queries import placements
from patients.rules import beds as bed_rules
from patients.rules.times import CLOCK_DRIFT, check_ahead
from wards.models import Bed

KEEPING = frozenset({StayState.EXPECTED, StayState.PRESENT, StayState.ON_LEAVE, StayState.LOUNGE})
"""States of a stay that may still need a bed."""


def check_reserve(
    stay: Stay, bed: Bed, *, expected_at: datetime, until: datetime, by: User | None, now: datetime
) -> None:
    """Raise unless ``by`` may keep ``bed`` for ``stay`` from now to ``until``."""
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    _check_going_on(stay)
    if expected_at < now - CLOCK_DRIFT:
        raise Invalid(_("L’arrivée prévue est déjà passée."), code="in_the_past", field="expected_at")
    check_ahead(expected_at, now=now, field="expected_at")
    _check_bed(bed, stay, until=until, by=by, now=now)


def _check_going_on(stay: Stay) -> None:
    if stay.state not in KEEPING:
        raise Conflict(_("Ce séjour est terminé ou annulé."), code="stay_over")


def _check_bed(bed: Bed, stay: Stay, *, until: datetime, by: User | None, now: datetime) -> None:
    bed_rules.check_exists(bed, at=now)
    bed_rules.check_open(bed, at=now, until=until)
    bed_rules.check_unreserved(bed, stay, by=by, at=now, until=until)


def check_release(reservation: Reservation, bed: Bed, *, by: User | None) -> None:
    """Raise unless ``by`` may let the kept bed go."""
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    if reservation.released_at is not None:
        raise Conflict(_("Cette réservation est déjà levée."), code="already_released")


def check_restore(reservation: Reservation, stay: Stay, bed: Bed, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may keep again a bed that was let go by hand, for the time for which it was kept."""
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    if reservation.released_at is None or reservation.released_by_movement_id is not None:
        raise Conflict(_("Cette réservation n’a pas été levée."), code="not_released")
    if reservation.ends_at <= now:
        raise Conflict(_("Cette réservation a expiré : réserver le lit à nouveau."), code="expired")
    _check_going_on(stay)
    if stay.reservations.filter(released_at=None, ends_at__gt=now).exists():
        raise Conflict(_("Un lit est déjà gardé pour ce patient."), code="already_kept")
    _check_bed(bed, stay, until=reservation.ends_at, by=by, now=now)


def may_be_given_back(reservation: Reservation, stay: Stay, *, now: datetime) -> bool:
    """Tell whether the bed can be kept again for a stay that still needs one and has none kept."""
    if stay.state not in KEEPING or stay.reservations.filter(released_at=None).exists():
        return False
    return may_be_kept(reservation, until=reservation.ends_at, now=now)


def may_be_kept(reservation: Reservation, *, until: datetime, now: datetime) -> bool:
    """Tell whether nothing bars the bed of a reservation, or keeps it for another stay, before ``until``."""
    beds = [reservation.bed_id]
    if until <= now or placements.closures(beds, after=now, until=until):
        return False
    others = placements.reservations(beds, after=reservation.starts_at, until=until)
    return all(one.pk == reservation.pk for one in others)
