from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.models import AccessTrace, AuditEntry
from amh.core.roles import Role
from patients.actions import deaths, patients
from patients.models import ExceptionalAccess, Patient
from tests.core.api import world

pytestmark = pytest.mark.django_db

PERSON = {"birth_name": "Lefèvre", "first_names": "Anne Marie", "birth_date": "1958-03", "sex": "F"}


def test_a_person_is_registered_with_identifiers():
    number = {"type": "IPP", "domain": "CHU", "value": "8001"}

    answer = world.program().post("patients/", PERSON | {"identifiers": [number]})

    assert answer.status_code == 201
    row = answer.json()
    assert (row["name"], row["identity_status"], row["identifiers"]) == ("LEFÈVRE Anne", "PROV", [number])
    assert AuditEntry.objects.get(action="patient.register").patient_id == row["id"]


def test_an_identifier_of_somebody_else_is_a_conflict():
    number = {"type": "IPP", "domain": "CHU", "value": "8001"}
    program = world.program()
    program.post("patients/", PERSON | {"identifiers": [number]})

    answer = program.post("patients/", {"birth_name": "AUTRE", "identifiers": [number]})

    assert (answer.status_code, answer.json()["code"]) == (409, "identifier_once")
    assert not Patient.objects.filter(birth_name="AUTRE").exists()


def test_an_error_inside_a_list_names_its_place():
    answer = world.program().post("patients/", PERSON | {"identifiers": [{"type": "INS", "value": "1"}]})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["identifiers.0.type"]


def test_a_birth_date_that_does_not_exist_is_a_value_that_cannot_be():
    answer = world.program().post("patients/", PERSON | {"birth_date": "1958-02-30"})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_date")


def test_the_ins_never_leaves():
    who = world.patient()
    patients.identify(who, [("INS", "1.2.250.1.213.1.4.8", "255069930217382"), ("IPP", "CHU", "77")], at=timezone.now())

    answer = world.program().get(f"patients/{who.pk}/")

    assert [each["value"] for each in answer.json()["identifiers"]] == ["77"]
    assert world.program().get("patients/", identifier="255069930217382").json()["count"] == 0


def test_a_nurse_may_not_register():
    answer = world.program(Role.NURSE, world.unit()).post("patients/", PERSON)

    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


def test_a_registration_is_withdrawn_unless_a_stay_depends_on_it():
    alone, busy = world.patient(), world.lying(world.bed(world.unit())).patient
    program = world.program()

    assert program.post(f"patients/{alone.pk}/withdraw/").status_code == 204
    assert program.get(f"patients/{alone.pk}/").status_code == 404
    refused = program.post(f"patients/{busy.pk}/withdraw/")
    assert (refused.status_code, refused.json()["code"]) == (409, "patient_has_stay")


def test_people_are_found_by_words_birth_date_and_number():
    who = world.patient(birth_name="Lefèvre", first_names="Anne", birth_date="1961-07-01")
    patients.identify(who, [("IPP", "CHU", "42")], at=timezone.now())
    world.patient(birth_name="LEFEBVRE", birth_date="1970")
    program = world.program()

    def found(**filters):
        return [row["id"] for row in program.get("patients/", **filters).json()["results"]]

    assert found(name="ann lefevre") == [who.pk]
    assert found(birth_date="1961-07") == [who.pk]
    assert found(identifier="42") == [who.pk]
    assert found(name="100%") == []


def test_a_protected_person_is_masked_and_found_by_nothing_that_is_theirs():
    who = world.patient(birth_name="CELEBRE", first_names="Zoé", birth_date="1949-01-02", sex="F", protected=True)
    patients.identify(who, [("IPP", "CHU", "4242")], at=timezone.now())
    program = world.program()

    row = program.get(f"patients/{who.pk}/").json()

    assert (row["name"], row["protected"], row["sex"]) == ("Identité protégée", True, "U")
    assert (row["birth_name"], row["first_names"], row["birth_date"], row["identifiers"]) == ("", "", "", [])
    for filters in ({"name": "celebre"}, {"birth_date": "1949-01-02"}, {"identifier": "4242"}):
        assert program.get("patients/", **filters).json()["count"] == 0


def test_a_member_sees_the_people_of_own_units_alone():
    own, other = world.unit(), world.unit()
    ours, theirs = world.lying(world.bed(own)), world.lying(world.bed(other))
    new = world.patient()
    nurse, amh = world.program(Role.NURSE, own), world.program(Role.AMH, own)

    assert [row["id"] for row in nurse.get("patients/").json()["results"]] == [ours.patient_id]
    assert nurse.get(f"patients/{theirs.patient_id}/").status_code == 404
    assert nurse.get(f"patients/{new.pk}/").status_code == 404
    assert amh.get(f"patients/{new.pk}/").status_code == 200, "whoever registers goes on with what was registered"


def test_a_record_that_is_opened_is_traced_for_its_patient():
    who = world.patient()
    program = world.program()

    program.get(f"patients/{who.pk}/")

    trace = AccessTrace.objects.get()
    assert (trace.page, trace.patient_id, trace.by, trace.role) == (
        "api.patients.retrieve",
        who.pk,
        program.user,
        Role.BED_MANAGER,
    )


def test_traits_are_corrected_and_those_not_sent_stay():
    who, program = world.patient(birth_name="Durand", sex="F", homonym=True), world.program()

    row = program.post(f"patients/{who.pk}/correct/", {"birth_name": "Durant", "lunar_birth_date": "1958-13-05"}).json()

    assert (row["birth_name"], row["sex"], row["homonym"]) == ("Durant", "F", True)
    assert (row["birth_date"], row["lunar_birth_date"]) == ("1958-03-12", "1958-13-05")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"birth_name": ""}, 400, "invalid"),
        ({"birth_name": "x" * 121}, 400, "invalid"),
        ({"birth_date": "31/02/1958"}, 422, "bad_date"),
        ({"birth_date": "1958-02-31"}, 422, "bad_date"),
        ({"lunar_birth_date": "1958"}, 422, "bad_date"),
        ({"sex": "X"}, 400, "invalid"),
        ({"identity_document": "ZZ"}, 400, "invalid"),
        ({"email": "nobody"}, 400, "invalid"),
        ({"doubtful": True}, 422, "doubt_with_ins"),
    ],
)
def test_a_correction_that_cannot_be(said, status, code):
    who = world.patient(ins_retrieved=True, identity_checked=True)

    answer = world.program().post(f"patients/{who.pk}/correct/", said)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_name_is_hidden_and_shown_again():
    who, program = world.patient(birth_name="Célèbre"), world.program()

    hidden = program.post(f"patients/{who.pk}/protect/", {"protection": "vip"}).json()
    closed = program.post(f"patients/{who.pk}/unprotect/")
    period = {"starts_at": timezone.now(), "ends_at": timezone.now() + timedelta(hours=1)}
    said = {"reason": "call", "explanation": "Demandé par la famille"}
    ExceptionalAccess.objects.create(user=program.user, patient=who, **said, **period)
    shown = program.post(f"patients/{who.pk}/unprotect/").json()

    assert (hidden["name"], hidden["protected"]) == ("Identité protégée", True)
    assert (closed.status_code, closed.json()["code"]) == (403, "exceptional_access_needed")
    assert (shown["birth_name"], shown["protected"]) == ("Célèbre", False)
    assert program.post(f"patients/{who.pk}/protect/", {"protection": ""}).status_code == 400


def test_the_ins_is_forgotten_by_the_admissions_office_alone():
    who = world.patient(ins_retrieved=True, identity_checked=True)
    patients.identify(who, [("INS", "1.2.250.1.213.1.4.8", "255069930217382")], at=timezone.now())

    assert world.program().post(f"patients/{who.pk}/purge-ins/").status_code == 403
    row = world.program(Role.ADMISSIONS_OFFICE).post(f"patients/{who.pk}/purge-ins/").json()

    assert row["identity_status"] == "VALI"
    assert not who.identifiers.exists()


def test_an_anomaly_is_reported_once():
    who, program = world.patient(), world.program()
    for _ in range(2):
        assert program.post(f"patients/{who.pk}/report-anomaly/", {"anomaly": "duplicate"}).status_code == 204
    assert who.tasks.get().role == Role.ADMISSIONS_OFFICE
    assert program.post(f"patients/{who.pk}/report-anomaly/", {"anomaly": "?"}).status_code == 400


def test_homonyms_are_told_masked_to_those_who_may_not_know_them():
    unit, other = world.unit(), world.unit()
    one = world.lying(world.bed(unit), world.patient(birth_name="Lévy", first_names="Anne")).patient
    beside = world.lying(world.bed(unit), world.patient(birth_name="LEVY", first_names="Paul")).patient
    world.lying(world.bed(unit), world.patient(birth_name="Levi", first_names="Anna", protected=True))
    world.lying(world.bed(other), world.patient(birth_name="LEVY"))

    rows = world.program(Role.NURSE, unit).get(f"patients/{one.pk}/homonyms/").json()

    assert [row["patient"]["name"] for row in rows] == ["LEVY Paul", "Identité protégée"]
    assert (rows[0]["patient"]["id"], rows[0]["unit"]) == (beside.pk, unit.pk)
    assert "birth_name" in rows[0]["reasons"]
    assert AccessTrace.objects.latest("pk").patient_id == one.pk
    assert world.program(Role.NURSE, other).get(f"patients/{one.pk}/homonyms/").status_code == 404


def test_a_homonym_who_has_died_is_told_masked():
    unit = world.unit()
    one = world.lying(world.bed(unit), world.patient(birth_name="Lévy", first_names="Anne")).patient
    beside = world.lying(world.bed(unit), world.patient(birth_name="LEVY", first_names="Paul"))
    deaths.die(stay=beside, by=None, at=timezone.now())

    rows = world.program(Role.NURSE, unit).get(f"patients/{one.pk}/homonyms/").json()

    assert [row["patient"]["name"] for row in rows] == ["Identité protégée"]
