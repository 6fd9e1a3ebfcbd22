"""The people around a patient: whom to warn, whom not to, who was trusted for a stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import records
from patients.models import Contact, Patient
from patients.rules import contacts as rules

FIELDS = ("role", "stay", "name", "relationship", "phone", "other_phone", "email", "note")


@act
def add(*, patient: Patient, values: Mapping[str, Any], by: User | None, at: datetime) -> Contact:
    """Note a person; ``values`` are fields of ``Contact``.

    Raises ``Invalid`` beside a value that cannot be, ``Conflict`` (known already) or ``Denied``.
    """
    patient = records.locked(patient.pk, by=by, at=at)
    contact = Contact(patient=patient, entered_at=at, entered_by=by)
    _write(contact, rules.checked(_known(values), patient))
    _record("add", contact, by=by, at=at, role=contact.role)
    return contact


@act
def change(*, contact: Contact, values: Mapping[str, Any], by: User | None, at: datetime) -> bool:
    """Correct what is noted of a person; tell whether anything changed. Raises what ``add`` raises."""
    contact = records.row_locked(contact, by=by, at=at)
    rules.check_standing(contact)
    before = {name: getattr(contact, name) for name in FIELDS}
    after = rules.checked(before | _known(values), contact.patient)
    changed = [name for name in FIELDS if before[name] != after[name]]
    if changed:
        _write(contact, after)
        _record("change", contact, by=by, at=at, fields=changed)
    return bool(changed)


@act
def withdraw(*, contact: Contact, by: User | None, at: datetime) -> None:
    """Take a person off the record; twice is once. Raises ``Denied``."""
    contact = records.row_locked(contact, by=by, at=at)
    if contact.withdrawn_at is None:
        _set_withdrawn(contact, at, by)
        _record("withdraw", contact, by=by, at=at)


@act
def restore(*, contact: Contact, by: User | None, at: datetime) -> None:
    """Undo a withdrawal. Raises ``Conflict`` when somebody stands in that place since, or ``Denied``."""
    contact = records.row_locked(contact, by=by, at=at)
    if contact.withdrawn_at is not None:
        rules.check_unknown(contact)
        _set_withdrawn(contact, None, None)
        _record("restore", contact, by=by, at=at)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}


def _write(contact: Contact, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(contact, name, value)
    rules.check_unknown(contact)
    contact.save()


def _set_withdrawn(contact: Contact, at: datetime | None, by: User | None) -> None:
    contact.withdrawn_at, contact.withdrawn_by = at, by
    contact.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _record(verb: str, contact: Contact, *, by: User | None, at: datetime, **params: Any) -> None:
    audit.record(f"contact.{verb}", subject=contact, by=by, at=at, patient_id=contact.patient_id, **params)
