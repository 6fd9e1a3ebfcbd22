"""What every act on a record begins with."""

from datetime import datetime
from typing import TypeVar

from amh.core.models import User
from patients.models import Contact, Correspondent, Flag, Patient
from patients.queries import locks
from patients.rules import records as rules

Row = TypeVar("Row", Contact, Correspondent, Flag)


def locked(patient_id: int, *, by: User | None, at: datetime) -> Patient:
    """Lock the patient of a record that ``by`` may complete; fresh. Raises ``Denied`` or ``Conflict``."""
    patient = locks.patient(patient_id)
    rules.check_complete(patient, by=by, at=at)
    return patient


def row_locked(row: Row, *, by: User | None, at: datetime) -> Row:
    """A row of such a record, fresh, behind its patient. Raises what ``locked`` raises."""
    patient = locks.patient(row.patient_id)
    fresh = type(row)._default_manager.get(pk=row.pk)  # noqa: SLF001 - Django documents it
    # The undo of a merge may have given the row back while this waited.
    fresh.patient = patient if fresh.patient_id == patient.pk else locks.patient(fresh.patient_id)
    rules.check_complete(fresh.patient, by=by, at=at)
    return fresh
