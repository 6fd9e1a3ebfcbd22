"""Who may add to a record, and when a record takes no more."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Patient, Stay, StayState
from patients.queries import scopes
from patients.rules import accesses
from patients.rules.times import CLOCK_DRIFT, before_birth


def check_complete(
    patient: Patient, *, by: User | None, at: datetime, permission: Permission = Permission.COMPLETE_RECORD
) -> None:
    """Raise ``Denied`` unless ``by`` may complete this record, ``Conflict`` when it takes no more.

    ``None`` is the hospital's own systems: their right was checked at the door. Another ``permission`` asks the same of
    another act on the record.
    """
    if by is not None and not may_complete(patient, by=by, at=at, permission=permission):
        accesses.check_open(patient, by=by, at=at)
        rules.check_somewhere(by, permission)
        raise Denied(_("Votre rôle ne permet pas de compléter le dossier dans cette unité."), code="denied")
    check_stands(patient)


def check_stands(patient: Patient) -> None:
    """Raise ``Conflict`` for a record that was withdrawn."""
    if patient.cancelled_at is not None:
        raise Conflict(_("Ce dossier a été retiré."), code="patient_withdrawn")


def may_complete(
    patient: Patient, *, by: User, at: datetime, permission: Permission = Permission.COMPLETE_RECORD
) -> bool:
    """Tell whether ``by`` may complete this record, or do what another ``permission`` gives."""
    return scopes.records(to=by, at=at, permission=permission).filter(pk=patient.pk).exists()


def check_stay(stay: Stay | None, patient: Patient) -> None:
    """Raise ``Invalid`` unless the stay, when there is one, is the patient's and stands."""
    if stay is not None and (stay.patient_id != patient.pk or stay.state == StayState.CANCELLED):
        raise Invalid(_("Ce séjour n’est pas un séjour de ce patient."), code="stay_of_another", field="stay")


def check_past(when: datetime, patient: Patient, *, now: datetime, field: str) -> None:
    """Raise ``Invalid`` beside ``field`` for a moment in the future or before the birth, as far as that is known."""
    if when > now + CLOCK_DRIFT:
        raise Invalid(_("Cette date est dans le futur."), code="in_the_future", field=field)
    if before_birth(patient, when):
        raise Invalid(_("Cette date précède la naissance."), code="before_birth", field=field)
