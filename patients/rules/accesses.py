"""Who may open a record: those whose unit answers for the patient, and those who said why they must all the same."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Denied
from amh.core.models import User
from patients.models import ExceptionalAccess, Patient
from patients.queries import accesses, scopes

NEEDED = "exceptional_access_needed"
"""Code of the refusal that an exceptional access would lift."""


def check_open(patient: Patient, *, by: User, at: datetime) -> ExceptionalAccess | None:
    """Raise ``Denied`` unless ``by`` may open the record; return the exceptional access that alone allows it.

    The record of a protected person opens to nobody without one (SEC-8), nor one without a stay in the units of ``by``
    (SEC-1).
    """
    if not _is_protected(patient) and scopes.patients(to=by, at=at, exceptionally=False).filter(pk=patient.pk).exists():
        return None
    if rules.opened(by, patient_id=patient.pk):
        return accesses.running(patient, user_id=by.pk, at=at)
    raise Denied(
        _("Ce dossier n’est pas ouvert à vos unités. Un accès exceptionnel motivé est nécessaire."), code=NEEDED
    )


def _is_protected(patient: Patient) -> bool:
    return patient.protected or patient.stays.filter(protected=True).exists()
