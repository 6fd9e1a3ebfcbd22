"""Numbers of a patient, given and ended by hand. The INS comes from its own service alone."""

from datetime import datetime

from amh.core import audit, rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients.models import IdentifierType, Patient, PatientIdentifier
from patients.queries import locks
from patients.rules import identities


@act
def add(
    *, patient: Patient, type_: IdentifierType, domain: str, value: str, by: User | None, at: datetime
) -> PatientIdentifier:
    """Give a patient a number of some system. One already theirs is answered as it is.

    Raises ``Invalid`` for an INS or an empty value, ``Conflict`` when it is somebody else's, or ``Denied``.
    """
    rules.check(by, Permission.REGISTER)
    value = value.strip()
    identities.check_given(type_, value)
    patient = locks.patient(patient.pk)
    known = patient.identifiers.filter(type=type_, domain=domain, value=value, valid_until=None).first()
    if known is not None:
        return known
    identifier = PatientIdentifier.objects.create(
        patient=patient, type=type_, domain=domain, value=value, valid_from=at
    )
    _record("identifier.add", identifier, by=by, at=at)
    return identifier


@act
def end(*, identifier: PatientIdentifier, by: User | None, at: datetime) -> PatientIdentifier:
    """Let a number name its patient no more. Raises ``Conflict`` when it does not already, ``Denied``."""
    rules.check(by, Permission.REGISTER)
    identifier = _locked(identifier)
    identities.check_stands(identifier)
    identifier.valid_until = at
    identifier.save(update_fields=["valid_until"])
    _record("identifier.end", identifier, by=by, at=at)
    return identifier


@act
def restore(*, identifier: PatientIdentifier, by: User | None, at: datetime) -> PatientIdentifier:
    """Let a number that was ended name its patient again.

    Raises ``Conflict`` when it stands or has become somebody else's, ``Invalid`` for an INS, or ``Denied``.
    """
    rules.check(by, Permission.REGISTER)
    identifier = _locked(identifier)
    identities.check_given(identifier.type, identifier.value)
    identities.check_ended(identifier)
    identifier.valid_until = None
    identifier.save(update_fields=["valid_until"])
    _record("identifier.restore", identifier, by=by, at=at)
    return identifier


def _locked(identifier: PatientIdentifier) -> PatientIdentifier:
    """The number, fresh, behind its patient's lock. Raises ``Conflict`` when it was forgotten meanwhile."""
    locks.patient(identifier.patient_id)
    fresh = PatientIdentifier.objects.select_related("patient").filter(pk=identifier.pk).first()
    if fresh is None:
        raise Conflict(str(identities.FORGOTTEN), code="identifier_forgotten")
    return fresh


def _record(action: str, identifier: PatientIdentifier, *, by: User | None, at: datetime) -> None:
    facts = {"type": identifier.type, "domain": identifier.domain}
    audit.record(action, subject=identifier, by=by, at=at, patient_id=identifier.patient_id, **facts)
