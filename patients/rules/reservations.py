"""When a bed may be kept for a stay, and let go."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Reservation, Stay, StayState
from patients.rules import beds as bed_rules
from patients.rules.stays import CLOCK_DRIFT
from wards.models import Bed


def check_reserve(stay: Stay, bed: Bed, *, expected_at: datetime, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may keep ``bed`` for ``stay`` until its expected arrival."""
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    if stay.state not in (StayState.EXPECTED, StayState.PRESENT):
        raise Conflict(_("Ce séjour est terminé ou annulé."), code="stay_over")
    if expected_at < now - CLOCK_DRIFT:
        raise Invalid(_("L’arrivée prévue est déjà passée."), code="in_the_past", field="expected_at")
    bed_rules.check_exists(bed, at=now)
    bed_rules.check_open(bed, at=now)
    bed_rules.check_unreserved(bed, stay, by=by, at=now)


def check_release(reservation: Reservation, bed: Bed, *, by: User | None) -> None:
    """Raise unless ``by`` may let the kept bed go."""
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    if reservation.released_at is not None:
        raise Conflict(_("Cette réservation est déjà levée."), code="already_released")
