"""When a stay may be hidden like a protected person, and shown again (SEC-8)."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Patient, Protection, Stay, StayState
from patients.rules import accesses


def check_protect(stay: Stay, protection: str, *, by: User | None) -> None:
    """Raise unless ``by`` may hide this stay for this reason."""
    rules.check(by, Permission.REGISTER, unit_id=stay.unit_id)
    if protection not in Protection.values:
        raise Invalid(_("Choisir un motif de protection."), code="unknown_protection", field="protection")
    if stay.state == StayState.CANCELLED:
        raise Conflict(_("Ce séjour est annulé."), code="stay_cancelled")


def check_unprotect(stay: Stay, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may show a stay that is hidden."""
    rules.check(by, Permission.REGISTER, unit_id=stay.unit_id)
    check_lift(stay.patient, by=by, at=at)
    if not stay.protected:
        raise Conflict(_("Ce séjour n’est pas protégé."), code="not_protected")


def check_lift(patient: Patient, *, by: User | None, at: datetime) -> None:
    """Raise ``Denied`` for a person to whom the record is closed: lifting a protection shows what it hides."""
    if by is not None:
        accesses.check_open(patient, by=by, at=at)
