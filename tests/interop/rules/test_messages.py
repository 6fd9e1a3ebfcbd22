"""Who may read what a message says of a patient."""

from datetime import timedelta

import pytest

from amh.core import entitlements
from amh.core.models import User
from amh.core.roles import Role
from amh.interop.hl7 import pam
from amh.interop.hl7.messages import parse
from amh.interop.queries import subjects
from amh.interop.rules import messages as rules
from patients.actions import accesses, patients, protections
from patients.models import AccessReason, Patient, PatientIdentifier, Protection, Stay
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.interop.actions.feeding import feed

pytestmark = pytest.mark.django_db

AT = NOW + timedelta(hours=2)


def may_read(raw: bytes, by: User) -> bool:
    message = parse(raw, received_at=NOW)
    reading = pam.read(message)
    entitlements.fill([by], at=AT)
    return rules.may_read(reading, subjects.named(message, reading), by=by, at=AT)


def opened_by(user: User, patient: Patient) -> User:
    said = {"reason": AccessReason.ADVICE, "explanation": "Message bloqué depuis midi"}
    accesses.open_exceptionally(patient=patient, **said, by=user, at=AT)
    return user


def test_whoever_sees_the_patient_reads_the_message() -> None:
    feed(adt("A01"))
    assert may_read(adt("A13"), a_user(Role.BED_MANAGER))
    assert not may_read(adt("A13"), a_user(Role.ADMINISTRATOR))


def test_of_somebody_unknown_reads_who_registers_people() -> None:
    assert may_read(adt("A13"), a_user(Role.BED_MANAGER))
    assert may_read(adt("A28", ipp="").replace(b"^^^CLCC^PI", b""), a_user(Role.BED_MANAGER))
    assert not may_read(adt("A13"), a_user(Role.ADMINISTRATOR))


def test_of_a_protected_person_reads_nobody_without_an_exceptional_access() -> None:
    feed(adt("A01"))
    patient, manager = Patient.objects.get(), a_user(Role.BED_MANAGER)
    patients.protect(patient=patient, protection=Protection.VIP, by=None, at=NOW)
    assert not may_read(adt("A13"), manager)
    assert may_read(adt("A13"), opened_by(manager, patient))


def test_of_a_protected_stay_neither() -> None:
    feed(adt("A01"))
    protections.protect(stay=Stay.objects.get(), protection=Protection.VIP, by=None, at=NOW)
    assert not may_read(adt("A13"), a_user(Role.BED_MANAGER))


@pytest.mark.parametrize(
    "extra",
    ["PV2|||||||||||||||||||||||Y".replace("|" * 23, "|" * 22), "PD1||||||||||||Y"],
    ids=["stay", "person"],
)
def test_a_message_that_asks_to_hide_somebody_hides_them_though_it_was_not_applied(extra: str) -> None:
    assert not may_read(adt("A01", extra=extra), a_user(Role.BED_MANAGER))
    feed(adt("A01"))
    assert not may_read(adt("A13", extra=extra), a_user(Role.BED_MANAGER))


def test_of_a_merge_reads_who_may_read_both() -> None:
    feed(adt("A01", ipp="1", visit="V1"), adt("A28", ipp="2", name="AUTRE^Anne"))
    merge = adt("A40", ipp="1", extra="MRG|2^^^CLCC^PI")
    assert may_read(merge, a_user(Role.BED_MANAGER))
    other = PatientIdentifier.objects.get(value="2").patient
    patients.protect(patient=other, protection=Protection.VIP, by=None, at=NOW)
    assert not may_read(merge, a_user(Role.BED_MANAGER))
    assert may_read(merge, opened_by(a_user(Role.BED_MANAGER), other))


def test_of_several_patients_or_a_withdrawn_record_reads_nobody() -> None:
    feed(adt("A01"))
    assert not may_read(adt("A13", extra="PID|2||9^^^CLCC^PI||AUTRE^Paul"), a_user(Role.BED_MANAGER))
    Patient.objects.update(cancelled_at=NOW)
    assert not may_read(adt("A13"), a_user(Role.BED_MANAGER))


def test_a_number_of_the_past_names_somebody_too() -> None:
    feed(adt("A01"))
    PatientIdentifier.objects.update(valid_until=NOW)
    patients.protect(patient=Patient.objects.get(), protection=Protection.VIP, by=None, at=NOW)
    assert not may_read(adt("A13"), a_user(Role.BED_MANAGER))
