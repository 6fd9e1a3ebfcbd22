"""Forget an INS: the number goes, the person and everything that is known of them stay (ID-11)."""

from collections import Counter
from datetime import datetime

from amh.core import audit, rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients import purges
from patients.models import IdentifierType, Patient, PatientIdentifier
from patients.queries import locks
from patients.rules import identities


@act
def purge_ins(*, by: User | None, at: datetime, patient: Patient | None = None, value: str = "") -> int:
    """Remove the INS of a patient, or this one whoever bears it, from every place that has copied it.

    The identity of whoever bore it is retrieved no more: qualified becomes validated, retrieved provisional. Tells how
    many numbers went. Raises ``Invalid`` when told neither whose nor which, ``Denied``.
    """
    rules.check(by, Permission.MERGE_PATIENTS)
    identities.check_named(patient, value)
    borne = PatientIdentifier.objects.filter(type=IdentifierType.INS)
    borne = borne.filter(patient=locks.patient(patient.pk)) if patient else borne.filter(value=value.strip())
    people = locks.patients(borne.values_list("patient_id", flat=True))
    numbers = list(borne.values_list("patient_id", "value"))
    elsewhere: Counter[str] = Counter()
    for one in {value.strip(), *(number for _, number in numbers)} - {""}:
        elsewhere.update(purges.forget(one, at=at))
    borne.delete()
    gone = Counter(patient_id for patient_id, _ in numbers)
    for person in people.values():
        _demote(person)
        facts = {"numbers": gone[person.pk], "elsewhere": dict(elsewhere)}
        audit.record("patient.purge_ins", subject=person, by=by, at=at, patient_id=person.pk, **facts)
    return len(numbers)


def _demote(patient: Patient) -> None:
    if patient.ins_retrieved:
        patient.ins_retrieved = False
        patient.save(update_fields=["ins_retrieved"])
