import pytest
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import documents
from patients.actions.documents import Labels
from patients.models import DocumentKind, Fact
from tests.core.api import world
from tests.expectations import counted
from tests.factories.pdfs import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay():
    return world.lying(world.bed(world.unit()))


@pytest.fixture
def program(stay):
    return world.program(Role.AMH, stay.unit)


def seen(stay, /, **more):
    act = {"happened_at": timezone.now().isoformat(), "said_by": "Dr MARTIN Luc"}
    return {"stay": stay.pk, "kind": "letter_signed", "source": "seen"} | act | more


def test_a_fact_is_stated_listed_and_withdrawn(stay, program):
    made = program.post("facts/", seen(stay))
    assert made.status_code == 201
    row = made.json()
    assert (row["kind"], row["label"], row["source"], row["said_by"]) == (
        "letter_signed",
        "lettre de liaison signée",
        "seen",
        "Dr MARTIN Luc",
    )
    assert row["words"].startswith("vu : Dr MARTIN Luc")
    assert program.get("facts/", stay=stay.pk).json()["count"] == 1
    assert program.get("facts/", kind="letter_handed").json()["count"] == 0
    gone = program.post(f"facts/{row['id']}/withdraw/").json()
    assert gone["withdrawn_at"]
    assert program.get("facts/", withdrawn="true").json()["count"] == 1


def test_the_same_demand_twice_is_done_once(stay, program):
    body = seen(stay)
    first = program.post("facts/", body, Idempotency_Key="k1")
    again = program.post("facts/", body, Idempotency_Key="k1")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"kind": "horoscope"}, 422, "unknown_kind", "kind"),
        ({"said_by": ""}, 422, "required", "said_by"),
        ({"happened_at": "2100-01-01T00:00:00Z"}, 422, "in_the_future", "happened_at"),
        ({"source": "received"}, 400, "invalid", "source"),
        ({"source": "said"}, 422, "signed_act", "source"),
        ({"value": {"colour": 1}}, 422, "unknown_value", "colour"),
        ({"document": 10**9}, 422, "unknown_reference", "document"),
        ({"stay": 10**9}, 422, "unknown_reference", "stay"),
        ({"said_by": "x" * 161}, 400, "invalid", "said_by"),
    ],
)
def test_what_cannot_be_is_refused(stay, program, more, status, code, field):
    answer = program.post("facts/", seen(stay, **more))
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_a_document_of_another_patient_is_refused(stay, program, documents_folder):
    other = world.lying(world.bed(world.unit()))
    letter = Labels(DocumentKind.LETTER)
    document = documents.add(patient=other.patient, content=pdf(), labels=letter, by=None, at=timezone.now())
    answer = program.post("facts/", seen(stay, document=document.pk))
    assert (answer.status_code, answer.json()["code"]) == (422, "document_of_another")


def test_others_state_and_see_nothing(stay, program):
    made = program.post("facts/", seen(stay)).json()
    stranger = world.program(Role.AMH, world.unit())
    assert stranger.get(f"facts/{made['id']}/").status_code == 404
    assert stranger.get("facts/").json()["count"] == 0
    assert stranger.post("facts/", seen(stay)).status_code == 403
    assert stranger.post(f"facts/{made['id']}/withdraw/").status_code == 404
    assert world.program(Role.HOUSEKEEPING).get("facts/").status_code == 403
    assert world.program(Role.BED_MANAGER).post("facts/", seen(stay)).status_code == 403


def test_a_colleague_says_why(stay, program):
    made = program.post("facts/", seen(stay)).json()
    colleague = world.program(Role.NURSE, stay.unit)
    assert colleague.post(f"facts/{made['id']}/withdraw/").json()["code"] == "required"
    assert colleague.post(f"facts/{made['id']}/withdraw/", {"reason": "erreur"}).json()["withdrawn_reason"] == "erreur"


def test_reading_is_traced(stay, program):
    made = program.post("facts/", seen(stay)).json()
    program.get(f"facts/{made['id']}/")
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.patient_id) == ("api.facts.retrieve", stay.patient_id)


def test_as_many_queries_for_thirty_as_for_one(stay, program):
    told = []
    for number in (1, 30):
        for index in range(number):
            program.post("facts/", seen(stay, said_by=f"Dr {number}.{index}"))
        with counted(told):
            program.get("facts/")
    assert told[0] == told[1]
