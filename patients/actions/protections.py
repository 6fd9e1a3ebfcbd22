"""Hide a stay like a protected person, and show it again (SEC-8)."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.models import Protection, Stay
from patients.queries import locks, patients
from patients.rules import protections as rules


@act
def protect(*, stay: Stay, protection: Protection | str, by: User | None, at: datetime) -> Stay:
    """Mask the patient of this stay for everyone; said again with another reason, only the reason changes.

    Raises ``Denied``, ``Invalid`` beside ``protection``, ``Conflict`` for a cancelled stay.
    """
    stay = locks.stay(stay.pk)
    rules.check_protect(stay, protection, by=by)
    if stay.protected and stay.protection == protection:
        return stay
    stay.protected, stay.protection = True, protection
    _save(stay, by=by, at=at, action="stay.protect", protection=protection)
    return stay


@act
def unprotect(*, stay: Stay, by: User | None, at: datetime) -> Stay:
    """Show the patient of this stay again.

    Raises ``Denied``, also without an exceptional access to the record, or ``Conflict`` when it is not protected.
    """
    stay = locks.stay(stay.pk)
    rules.check_unprotect(stay, by=by, at=at)
    stay.protected, stay.protection = False, ""
    _save(stay, by=by, at=at, action="stay.unprotect")
    return stay


def _save(stay: Stay, *, by: User | None, at: datetime, action: str, **params: str) -> None:
    stay.save(update_fields=["protected", "protection"])
    audit.record(action, subject=stay, by=by, at=at, patient_id=stay.patient_id, **params)
    events.board_changed(**patients.shown_at(stay.patient, at=at), at=at)
