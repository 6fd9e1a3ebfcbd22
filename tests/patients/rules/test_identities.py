from datetime import date

import pytest

from amh.core.errors import Conflict, Invalid
from patients.models import IdentityStatus, Patient, PatientIdentifier
from patients.rules import identities
from tests.expectations import refused
from tests.factories.clocks import NOW

NIR, TEST, DEMO = (f"1.2.250.1.213.1.4.{last}" for last in (8, 10, 11))


@pytest.mark.parametrize("doubt", ["doubtful", "fictive"])
def test_a_doubtful_or_fictive_identity_bears_no_ins(doubt):
    with refused(Invalid, "doubt_with_ins", field=doubt, saying="retirer d’abord l’INS"):
        identities.check_trust(Patient(ins_retrieved=True, **{doubt: True}))
    identities.check_trust(Patient(**{doubt: True}))
    identities.check_trust(Patient(ins_retrieved=True))


@pytest.mark.parametrize("domain", [TEST, DEMO])
def test_test_numbers_are_kept_by_a_demonstration_alone(settings, domain):
    assert identities.is_test("INS", domain)
    assert not identities.is_test("INS", NIR)
    assert not identities.is_test("IPP", domain)
    settings.LOOPBACK_ONLY = True
    assert not identities.is_test("INS", domain)


@pytest.mark.parametrize(
    ("type_", "value", "code", "field"), [("INS", "1", "ins_by_hand", "type"), ("IPP", " ", "required", "value")]
)
def test_what_nobody_gives_by_hand(type_, value, code, field):
    with refused(Invalid, code, field=field):
        identities.check_given(type_, value)


def test_an_identifier_is_ended_and_restored_once():
    ended = PatientIdentifier(type="IPP", valid_until=NOW)
    with refused(Conflict, "identifier_over"):
        identities.check_stands(ended)
    with refused(Conflict, "identifier_stands"):
        identities.check_ended(PatientIdentifier(type="IPP"))


@pytest.mark.parametrize("status", IdentityStatus)
def test_an_ins_is_read_of_a_qualified_identity_alone(status):
    patient = Patient(identity_status=status)
    assert identities.shows(PatientIdentifier(type="INS"), patient) == (status == IdentityStatus.QUALIFIED)
    assert identities.shows(PatientIdentifier(type="IPP"), patient)
    assert identities.trust(patient) == status.label


def test_warnings_are_about_the_ins():
    patient = Patient(sex="F", birth_date="1960-05")
    odd = PatientIdentifier(type="INS", domain="CLCC", value="260058815400244")
    assert [sentence[:12] for sentence in identities.warnings(odd, patient)] == ["Le domaine d", "La clé ne co"]
    assert identities.warnings(PatientIdentifier(type="IPP", value="1"), patient) == []


@pytest.mark.parametrize(
    ("birth_date", "lunar", "born", "age"),
    [
        ("1958-03-12", "", "12/03/1958", 68),
        ("1958-03", "", "03/1958", 68),
        ("1958", "", "1958", 68),
        ("", "", "", None),
        ("1958", "1958-13-05", "05/13/1958 (date lunaire)", 68),
        ("", "1958-00-00", "00/00/1958 (date lunaire)", 68),
    ],
)
def test_a_birth_date_is_shown_as_it_was_said(birth_date, lunar, born, age):
    patient = Patient(birth_date=birth_date, lunar_birth_date=lunar)
    assert (identities.born(patient), identities.age(patient, on=date(2026, 11, 21))) == (born, age)
