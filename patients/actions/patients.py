"""Register a person, correct the traits, hide them by name, withdraw a registration made by mistake."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import audit, rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients import events
from patients.models import Patient, PatientIdentifier, Protection, StayState
from patients.queries import locks, patients
from patients.rules import homonyms, identities, merges, protections
from patients.rules.patients import check_traits, check_typed, completed

TRAITS = (
    "birth_name",
    "first_names",
    "used_name",
    "used_first_name",
    "birth_date",
    "lunar_birth_date",
    "birth_place",
    "sex",
    "ins_retrieved",
    "identity_checked",
    "identity_document",
    "homonym",
    "doubtful",
    "fictive",
    "possible_duplicate",
    "collision",
    "protected",
    "protection",
    "phone",
    "mobile",
    "email",
    "address",
    "health_record",
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
    patient = Patient()
    _give(patient, _changes(patient, traits, by=by, at=at))
    patient.save()
    identify(patient, identifiers, at=at)
    audit.record("patient.register", subject=patient, by=by, at=at, patient_id=patient.pk)
    return patient


def _changes(patient: Patient, traits: Mapping[str, object], *, by: User | None, at: datetime) -> dict[str, object]:
    """Those of the traits that an unsaved or locked patient does not have. Raises ``Invalid``."""
    said = completed(patient, {name: traits[name] for name in TRAITS if name in traits})
    changes = {name: value for name, value in said.items() if getattr(patient, name) != value}
    if by is not None:
        check_typed(changes, now=at)
    return changes


def _give(patient: Patient, changes: Mapping[str, object]) -> None:
    """Give the traits to an unsaved or locked patient. Raises ``Invalid``."""
    for name, value in changes.items():
        setattr(patient, name, value)
    identities.check_trust(patient)


def identify(patient: Patient, identifiers: Iterable[tuple[str, str, str]], *, at: datetime) -> None:
    """Give a locked (or new) patient the identifiers (type, domain, value) not yet known as theirs.

    Test numbers in production are dropped, never the patient (ID-4).
    """
    known = set(patient.identifiers.filter(valid_until=None).values_list("type", "domain", "value"))
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(patient=patient, type=type_, domain=domain, value=value, valid_from=at)
        for type_, domain, value in dict.fromkeys(identifiers)
        if (type_, domain, value) not in known and not identities.is_test(type_, domain)
    )


@act
def correct(*, patient: Patient, traits: Mapping[str, object], by: User | None, at: datetime) -> bool:
    """Replace the given traits; tell whether anything changed.

    Raises ``Invalid``, ``Conflict`` for a record that was merged meanwhile, or ``Denied``.
    """
    rules.check(by, Permission.REGISTER)
    return amend(_locked(patient, by=by), traits, by=by, at=at)


def amend(patient: Patient, traits: Mapping[str, object], *, by: User | None, at: datetime) -> bool:
    """Replace traits of a locked patient, the rule asked; tell whether anything changed. Raises ``Invalid``."""
    check_traits(traits, now=at)
    changes = _changes(patient, traits, by=by, at=at)
    if not changes:
        return False
    before = _shown(patient, at=at)
    _give(patient, changes)
    patient.save(update_fields=list(changes))
    audit.record("patient.correct", subject=patient, by=by, at=at, patient_id=patient.pk, fields=list(changes))
    after = _shown(patient, at=at)
    events.board_changed(beds=before[0] | after[0], units=before[1], at=at)
    return True


def _locked(patient: Patient, *, by: User | None) -> Patient:
    locked = locks.patient(patient.pk)
    merges.check_current(patient, locked, by=by)
    return locked


def _shown(patient: Patient, *, at: datetime) -> tuple[set[int | None], set[int | None]]:
    """Beds and units that show the patient, with the beds of those who may be taken for them."""
    here = patients.shown_at(patient, at=at)
    beds = {*here["beds"], *homonyms.beds_of(patient, unit_ids=here["units"], at=at)}
    return beds, set(here["units"])


def protect(*, patient: Patient, protection: Protection, by: User | None, at: datetime) -> bool:
    """Show this person by name to nobody any more, and say why (SEC-8). Raises what ``correct`` raises."""
    return correct(patient=patient, traits={"protection": protection}, by=by, at=at)


@act
def unprotect(*, patient: Patient, by: User | None, at: datetime) -> bool:
    """Show this person by name again to those allowed.

    Raises what ``correct`` raises, and ``Denied`` without an exceptional access to the record.
    """
    rules.check(by, Permission.REGISTER)
    protections.check_lift(_locked(patient, by=by), by=by, at=at)
    return correct(patient=patient, traits={"protection": ""}, by=by, at=at)


@act
def withdraw(*, patient: Patient, by: User | None, at: datetime) -> None:
    """Undo a registration. Raises ``Conflict`` once a stay or a merge depends on it, or ``Denied``."""
    rules.check(by, Permission.REGISTER)
    patient = _locked(patient, by=by)
    merges.check_alone(patient)
    if patient.stays.exclude(state=StayState.CANCELLED).exists():
        raise Conflict(_("Ce patient a un séjour : l’annuler d’abord."), code="patient_has_stay")
    patient.cancelled_at = at
    patient.save(update_fields=["cancelled_at"])
    patient.identifiers.filter(valid_until=None).update(valid_until=at)
    audit.record("patient.withdraw", subject=patient, by=by, at=at, patient_id=patient.pk)
