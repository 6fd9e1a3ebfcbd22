import pytest
from django.utils import timezone

from amh.core.roles import Role
from patients.actions import patients
from tests.core.api import world
from tests.expectations import counted

pytestmark = pytest.mark.django_db
NUMBER = {"type": "IPP", "domain": "CHU", "value": "8001"}


def test_a_number_is_given_ended_and_restored():
    who, program = world.patient(), world.program()

    row = program.post("identifiers/", NUMBER | {"patient": who.pk})

    assert (row.status_code, row.json()["patient"], row.json()["valid_until"]) == (201, who.pk, None)
    pk = row.json()["id"]
    assert program.post(f"identifiers/{pk}/end/").json()["valid_until"] is not None
    twice = program.post(f"identifiers/{pk}/end/")
    assert (twice.status_code, twice.json()["code"]) == (409, "identifier_over")
    assert program.post(f"identifiers/{pk}/restore/").json()["valid_until"] is None


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"type": "INS"}, 400, "invalid"),
        ({"value": ""}, 400, "invalid"),
        ({"value": "x" * 81}, 400, "invalid"),
        ({"patient": 10**9}, 422, "unknown_reference"),
    ],
)
def test_what_is_no_number(said, status, code):
    answer = world.program().post("identifiers/", NUMBER | {"patient": world.patient().pk} | said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_number_of_somebody_else_is_a_conflict():
    program = world.program()
    program.post("identifiers/", NUMBER | {"patient": world.patient().pk})
    answer = program.post("identifiers/", NUMBER | {"patient": world.patient().pk})
    assert (answer.status_code, answer.json()["code"]) == (409, "identifier_once")


def test_the_ins_never_leaves_and_cannot_be_ended_by_hand():
    who, program = world.patient(), world.program()
    patients.identify(who, [("INS", "1.2.250.1.213.1.4.8", "255069930217382")], at=timezone.now())
    assert program.get("identifiers/", patient=who.pk).json()["count"] == 0
    assert program.post(f"identifiers/{who.identifiers.get().pk}/end/").status_code == 404


def test_the_numbers_of_a_protected_person_are_empty():
    who, program = world.patient(protected=True), world.program()
    patients.identify(who, [("IPP", "CHU", "42")], at=timezone.now())
    row = program.get("identifiers/", patient=who.pk).json()["results"][0]
    assert (row["value"], row["domain"]) == ("", "")


def test_numbers_of_other_units_are_not_seen():
    own, other = world.unit(), world.unit()
    ours, theirs = world.lying(world.bed(own)).patient, world.lying(world.bed(other)).patient
    for patient, value in ((ours, "1"), (theirs, "2")):
        patients.identify(patient, [("IPP", "CHU", value)], at=timezone.now())
    nurse = world.program(Role.NURSE, own)
    assert [row["value"] for row in nurse.get("identifiers/").json()["results"]] == ["1"]
    assert nurse.post("identifiers/", NUMBER | {"patient": ours.pk}).status_code == 403
    amh = world.program(Role.AMH, own)
    answer = amh.post("identifiers/", NUMBER | {"patient": theirs.pk})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference")


def test_numbers_are_listed_in_constant_queries():
    who, program, costs = world.patient(), world.program(), []
    program.get("identifiers/")
    for number in (1, 30):
        numbers = [("IPP", f"D{one}", f"{number}-{one}") for one in range(number)]
        patients.identify(who, numbers, at=timezone.now())
        with counted(costs):
            answer = program.get("identifiers/", patient=who.pk, stands="true", type="IPP").json()
    assert answer["count"] == 31
    assert costs[0] == costs[1]
