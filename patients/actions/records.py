"""What every act on a record begins with."""

from datetime import datetime

from amh.core.models import User
from patients.models import Patient
from patients.queries import locks
from patients.rules import records as rules


def locked(patient_id: int, *, by: User | None, at: datetime) -> Patient:
    """Lock the patient of a record that ``by`` may complete; fresh. Raises ``Denied`` or ``Conflict``."""
    patient = locks.patient(patient_id)
    rules.check_complete(patient, by=by, at=at)
    return patient
