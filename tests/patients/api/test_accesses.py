import pytest

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.models import ExceptionalAccess
from tests.core.api import world

pytestmark = pytest.mark.django_db

PATH = "exceptional-accesses/"
WHY = {"reason": "emergency", "explanation": "Appelée par l’équipe de nuit"}


@pytest.fixture
def patient():
    return world.lying(world.bed(world.unit())).patient


@pytest.fixture
def nurse():
    return world.program(Role.NURSE, world.unit())


@pytest.fixture
def officer():
    return world.program(Role.DPO)


def ask(program, who, **said):
    return program.post(PATH, {"patient": who.pk} | WHY | said)


def test_a_record_opens_by_it_and_closes_again(patient, nurse):
    assert nurse.get(f"patients/{patient.pk}/").status_code == 404
    answer = ask(nurse, patient)
    assert answer.status_code == 201
    row = answer.json()
    assert (row["user"], row["patient"], row["reason"], row["outcome"]) == (nurse.user.pk, patient.pk, "emergency", "")
    assert nurse.get(f"patients/{patient.pk}/").status_code == 200
    trace = AccessTrace.objects.get(page="api.patients.retrieve")
    assert (trace.exceptional_access_id, trace.params["ground"]) == (row["id"], "exception")
    assert nurse.post(f"{PATH}{row['id']}/end/").status_code == 200
    assert nurse.get(f"patients/{patient.pk}/").status_code == 404
    refused = nurse.post(f"{PATH}{row['id']}/end/")
    assert (refused.status_code, refused.json()["code"]) == (409, "access_ended")


def test_asked_twice_it_is_one(patient, nurse):
    first, again = ask(nurse, patient), ask(nurse, patient, reason="call")
    assert first.json()["id"] == again.json()["id"]
    assert ExceptionalAccess.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"explanation": "          "}, 400, "explanation"),
        ({"explanation": "court"}, 422, "explanation"),
        ({"explanation": "a" * 301}, 400, "explanation"),
        ({"reason": "curiosity"}, 400, "reason"),
        ({"patient": 999_999}, 422, "patient"),
        ({"patient": "DURAND"}, 400, "patient"),
        ({"patient": 10**30}, 400, "patient"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(patient, nurse, said, status, field):
    answer = ask(nurse, patient, **said)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
    assert not ExceptionalAccess.objects.exists()


def test_everyone_reads_their_own_and_the_officer_all(patient, nurse, officer):
    other = world.program(Role.PHYSICIAN)
    ask(nurse, patient)
    mine = ask(other, patient).json()["id"]
    assert [row["id"] for row in other.get(PATH).json()["results"]] == [mine]
    assert nurse.get(f"{PATH}{mine}/").status_code == 404
    assert officer.get(PATH, reviewed="false").json()["count"] == 2
    assert officer.get(f"{PATH}{mine}/").json()["id"] == mine
    assert world.program(Role.HOUSEKEEPING).get(PATH).status_code == 403


def test_the_officer_reviews_it_once(patient, nurse, officer):
    pk = ask(nurse, patient).json()["id"]
    assert nurse.post(f"{PATH}{pk}/review/", {"outcome": "justified"}).status_code == 403
    missing = officer.post(f"{PATH}{pk}/review/", {"outcome": "unjustified"})
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["note"])
    found = officer.post(f"{PATH}{pk}/review/", {"outcome": "unjustified", "note": "curiosité"}).json()
    assert (found["outcome"], found["reviewed_by"]) == ("unjustified", officer.user.pk)
    assert found["ends_at"] == found["reviewed_at"]
    again = officer.post(f"{PATH}{pk}/review/", {"outcome": "justified"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")


def test_a_request_sent_again_is_answered_again(patient, nurse):
    said = {"patient": patient.pk} | WHY
    first = nurse.post(PATH, said, Idempotency_Key="k1")
    again = nurse.post(PATH, said, Idempotency_Key="k1")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert first.json() == again.json()
