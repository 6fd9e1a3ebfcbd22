"""Register a person, correct the traits, withdraw a registration made by mistake."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import audit, rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients import events
from patients.models import Patient, PatientIdentifier, StayState
from patients.queries import locks, patients
from patients.rules.patients import check_traits

TRAITS = (
    "birth_name",
    "first_names",
    "used_name",
    "used_first_name",
    "birth_date",
    "birth_place",
    "sex",
    "ins_retrieved",
    "identity_checked",
    "homonym",
    "doubtful",
    "fictive",
    "protected",
    "deceased_at",
)


@act
def register(
    *,
    traits: Mapping[str, object],
    by: User | None,
    at: datetime,
    identifiers: Iterable[tuple[str, str, str]] = (),
) -> Patient:
    """Open the record of a person. ``traits`` are fields of ``Patient``; ``identifiers`` are (type, domain, value).

    Raises ``Invalid`` beside the trait that cannot be, ``Conflict`` when an identifier belongs to somebody, ``Denied``.
    """
    rules.check(by, Permission.REGISTER)
    check_traits(traits, now=at)
    patient = Patient.objects.create(**{name: traits[name] for name in TRAITS if name in traits})
    identify(patient, identifiers, at=at)
    audit.record("patient.register", subject=patient, by=by, at=at, patient_id=patient.pk)
    return patient


def identify(patient: Patient, identifiers: Iterable[tuple[str, str, str]], *, at: datetime) -> None:
    """Give a locked (or new) patient the identifiers (type, domain, value) not yet known as theirs."""
    known = set(patient.identifiers.filter(valid_until=None).values_list("type", "domain", "value"))
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(patient=patient, type=type_, domain=domain, value=value, valid_from=at)
        for type_, domain, value in dict.fromkeys(identifiers)
        if (type_, domain, value) not in known
    )


@act
def correct(*, patient: Patient, traits: Mapping[str, object], by: User | None, at: datetime) -> bool:
    """Replace the given traits; tell whether anything changed. Raises ``Invalid`` or ``Denied``."""
    rules.check(by, Permission.REGISTER)
    check_traits(traits, now=at)
    patient = locks.patient(patient.pk)
    changed = [name for name in TRAITS if name in traits and getattr(patient, name) != traits[name]]
    if not changed:
        return False
    for name in changed:
        setattr(patient, name, traits[name])
    patient.save(update_fields=changed)
    audit.record("patient.correct", subject=patient, by=by, at=at, patient_id=patient.pk, fields=changed)
    events.board_changed(**patients.shown_at(patient, at=at), at=at)
    return True


@act
def withdraw(*, patient: Patient, by: User | None, at: datetime) -> None:
    """Undo a registration. Raises ``Conflict`` once a stay depends on it."""
    rules.check(by, Permission.REGISTER)
    patient = locks.patient(patient.pk)
    if patient.stays.exclude(state=StayState.CANCELLED).exists():
        raise Conflict(_("Ce patient a un séjour : l’annuler d’abord."), code="patient_has_stay")
    patient.cancelled_at = at
    patient.save(update_fields=["cancelled_at"])
    patient.identifiers.filter(valid_until=None).update(valid_until=at)
    audit.record("patient.withdraw", subject=patient, by=by, at=at, patient_id=patient.pk)
