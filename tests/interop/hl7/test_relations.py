"""People around the patient and what the patient answered, as segments say it."""

from datetime import UTC, datetime

import pytest

from amh.interop.hl7.readings import AnswerFacts, ContactFacts, PractitionerName, RoleFacts
from tests.interop.hl7 import samples

RPPS = "10000023084^AGNES^Isabelle^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^L^^^RPPS"
DOCTOR = PractitionerName("10000023084", "RPPS", "AGNES", "Isabelle")


def relations(*segments):
    return samples.read(*segments).relations


def test_a_person_to_tell_with_both_numbers():
    (contact,) = relations(
        "NK1|1|O’Brien^Ÿvonne^^^^^L|DAU^fille|1 rue du Test|^PRN^PH^^^^^^^^^0612345678|0145678901|C"
    ).contacts
    assert contact == ContactFacts("C", "O’Brien Ÿvonne", "fille", "0612345678", "0145678901")


def test_whoever_has_no_role_is_one_of_the_family_and_an_unknown_one_is_reported():
    plain = samples.read("NK1|1|Smith^Jane|SPO|123 Main St|555-555-5678")
    odd = samples.read("NK1|1|Smith^Jane|||||X")
    assert plain.relations.contacts == (ContactFacts("", "Smith Jane", "SPO", "555-555-5678"),)
    assert odd.relations.contacts[0].role == ""
    assert ("code-unknown", "NK1-7") in samples.codes(odd)


def test_nobody_without_a_name_is_anybody():
    assert relations("NK1|1||SPO", 'NK1|2|""').contacts == ()


@pytest.mark.parametrize("role", ["ODRP", "RP", "RT", "SUBS"])
def test_who_follows_the_patient_outside(role):
    assert relations(f"ROL||UC|{role}|{RPPS}").roles == (RoleFacts(role, DOCTOR),)
    assert relations(f"ROL||DE|{role}|{RPPS}").roles == (RoleFacts(role, DOCTOR, withdrawn=True),)


def test_who_works_here_is_no_correspondent_and_a_role_that_is_none_is_reported():
    assert relations(f"ROL||UC|AT|{RPPS}").roles == ()
    odd = samples.read(f"ROL||UC|PP|{RPPS}")
    assert odd.relations.roles == ()
    assert ("code-unknown", "ROL-3") in samples.codes(odd)


def test_the_referring_physician_of_the_visit():
    assert relations(f"PV1|1|I|4410|||||{RPPS}").roles == (RoleFacts("RP", DOCTOR),)


def test_the_answers_with_their_dates():
    found = relations("ZFD|||Y|N", "ZFA|ACTIF|20240306111154|||||||INO|20240306111154|IC|20240307111154").answers
    assert found == (
        AnswerFacts("ZFD-3", "Y"),
        AnswerFacts("ZFA-9", "INO", datetime(2024, 3, 6, 10, 11, 54, tzinfo=UTC)),
        AnswerFacts("ZFA-11", "IC", datetime(2024, 3, 7, 10, 11, 54, tzinfo=UTC)),
    )


def test_an_answer_that_is_none_is_reported_and_says_nothing():
    odd = samples.read("ZFD|||PEUT-ETRE")
    assert odd.relations.answers == ()
    assert ("code-unknown", "ZFD-3") in samples.codes(odd)


def test_how_the_patient_is_reached():
    patient = samples.read(
        "PID|1||7^^^CLCC^PI||DURAND^Zoé^^^^^L||19580312|F|||^^^^^^BDL^^44109~1 rue du Test^Bât. B^NANTES^^44000^FRA^H||"
        "^PRN^PH^^^^^^^^^0240000001~^PRN^CP^^^^^^^^^0612345678~^NET^Internet^zoe@example.org"
    ).patient
    assert (patient.phone, patient.mobile, patient.email) == ("0240000001", "0612345678", "zoe@example.org")
    assert patient.address == "1 rue du Test, Bât. B, 44000 NANTES"


def test_who_is_not_said_how_to_be_reached_is_not():
    patient = samples.read("PID|1||7^^^CLCC^PI||DURAND^Zoé^^^^^L||19580312|F").patient
    assert (patient.phone, patient.mobile, patient.email, patient.address) == ("", "", "", "")
