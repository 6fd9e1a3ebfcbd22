"""Who follows the patient outside: general practitioner, other physicians, nurse, pharmacy, provider."""

from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import records
from patients.models import Correspondent, CorrespondentRole, Organisation, Patient, Practitioner
from patients.rules import correspondents as rules


@act
def add(
    *,
    patient: Patient,
    role: CorrespondentRole,
    by: User | None,
    at: datetime,
    practitioner: Practitioner | None = None,
    organisation: Organisation | None = None,
) -> Correspondent:
    """Note who follows the patient; nobody, as general practitioner, is « aucun médecin traitant déclaré » (DR-8).

    Raises ``Invalid`` (nobody named, somebody no longer active), ``Conflict`` (a second general practitioner, somebody
    known already) or ``Denied``.
    """
    patient = records.locked(patient.pk, by=by, at=at)
    return _add(patient, role, practitioner, organisation, by=by, at=at)


@act
def replace(
    *,
    correspondent: Correspondent,
    by: User | None,
    at: datetime,
    practitioner: Practitioner | None = None,
    organisation: Organisation | None = None,
) -> Correspondent:
    """Note somebody else in the same quality; the one before stays in the history. Raises what ``add`` raises."""
    correspondent = records.row_locked(correspondent, by=by, at=at)
    rules.check_standing(correspondent)
    _set_withdrawn(correspondent, at, by)
    _record("withdraw", correspondent, by=by, at=at)
    role = CorrespondentRole(correspondent.role)
    return _add(correspondent.patient, role, practitioner, organisation, by=by, at=at)


@act
def withdraw(*, correspondent: Correspondent, by: User | None, at: datetime) -> None:
    """Take a correspondent off the record; twice is once. Raises ``Denied``."""
    correspondent = records.row_locked(correspondent, by=by, at=at)
    if correspondent.withdrawn_at is None:
        _set_withdrawn(correspondent, at, by)
        _record("withdraw", correspondent, by=by, at=at)


@act
def restore(*, correspondent: Correspondent, by: User | None, at: datetime) -> None:
    """Undo a withdrawal. Raises ``Conflict`` when somebody stands in that place since, or ``Denied``."""
    correspondent = records.row_locked(correspondent, by=by, at=at)
    if correspondent.withdrawn_at is not None:
        rules.check_unknown(correspondent)
        _set_withdrawn(correspondent, None, None)
        _record("restore", correspondent, by=by, at=at)


def _add(
    patient: Patient,
    role: CorrespondentRole,
    practitioner: Practitioner | None,
    organisation: Organisation | None,
    *,
    by: User | None,
    at: datetime,
) -> Correspondent:
    rules.check_somebody(role, practitioner, organisation)
    named = {"practitioner": practitioner, "organisation": organisation}
    correspondent = Correspondent(patient=patient, role=role, entered_at=at, entered_by=by, **named)
    rules.check_unknown(correspondent)
    correspondent.save()
    _record("add", correspondent, by=by, at=at, role=role)
    return correspondent


def _set_withdrawn(correspondent: Correspondent, at: datetime | None, by: User | None) -> None:
    correspondent.withdrawn_at, correspondent.withdrawn_by = at, by
    correspondent.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _record(verb: str, correspondent: Correspondent, *, by: User | None, at: datetime, **params: Any) -> None:
    patient_id = correspondent.patient_id
    audit.record(f"correspondent.{verb}", subject=correspondent, by=by, at=at, patient_id=patient_id, **params)
