"""What becomes of an expectation, by program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from patients.models import Movement, NoArrival, Profession, Stay
from tests.core.api import world
from tests.factories.records import a_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay():
    return world.expected(world.unit(), at=timezone.now() + timedelta(hours=2))


@pytest.fixture
def program():
    return world.program()


def test_a_patient_is_expected_later_called_off_and_expected_again(stay, program):
    later = timezone.now() + timedelta(hours=5)
    moved = program.post(f"stays/{stay.pk}/reschedule/", {"expected_at": later.isoformat()})
    assert (moved.status_code, Stay.objects.get(pk=stay.pk).expected_at) == (200, later)

    off = program.post(f"stays/{stay.pk}/cancel/", {"reason": "no_bed"})
    assert (off.json()["state"], off.json()["last_movement"]) == ("cancelled", None)
    assert Movement.objects.get(stay=stay).cancelled_for == NoArrival.NO_BED

    again = program.post(f"stays/{stay.pk}/reinstate/")
    assert (again.json()["state"], Stay.objects.get(pk=stay.pk).expected_at) == ("expected", later)


def test_what_was_said_again_with_its_key_is_done_once(stay, program):
    for _ in range(2):
        answer = program.post(f"stays/{stay.pk}/cancel/", {"reason": "not_come"}, Idempotency_Key="one")
        assert answer.status_code == 200
    assert program.post(f"stays/{stay.pk}/cancel/", {"reason": "not_come"}).json()["code"] == "stay_cancelled"


@pytest.mark.parametrize(
    ("verb", "body", "status", "field"),
    [
        ("reschedule", {}, 400, "expected_at"),
        ("reschedule", {"expected_at": "demain"}, 400, "expected_at"),
        ("reschedule", {"expected_at": "2020-01-01T10:00:00Z"}, 422, "expected_at"),
        ("cancel", {}, 400, "reason"),
        ("cancel", {"reason": "fatigue"}, 400, "reason"),
        ("assign-practitioner", {}, 400, "practitioner"),
        ("assign-practitioner", {"practitioner": 10**12}, 422, "practitioner"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(stay, program, verb, body, status, field):
    answer = program.post(f"stays/{stay.pk}/{verb}/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


def test_a_physician_is_named_and_taken_away(stay, program):
    doctor, nurse = a_practitioner("Martin"), a_practitioner(profession=Profession.NURSE)
    named = program.post(f"stays/{stay.pk}/assign-practitioner/", {"practitioner": doctor.pk})
    assert named.json()["practitioner"] == "Dr MARTIN Luc"
    refused = program.post(f"stays/{stay.pk}/assign-practitioner/", {"practitioner": nurse.pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_physician")
    taken = program.post(f"stays/{stay.pk}/assign-practitioner/", {"practitioner": None})
    assert taken.json()["practitioner"] is None


@pytest.mark.parametrize("verb", ["reschedule", "cancel", "reinstate", "assign-practitioner"])
def test_a_stay_that_one_may_not_see_is_not_there(stay, verb):
    stranger = world.program(Role.NURSE, world.unit())
    body = {"expected_at": timezone.now().isoformat(), "reason": "other", "practitioner": None}
    assert stranger.post(f"stays/{stay.pk}/{verb}/", body).status_code == 404
    assert world.program(Role.HOUSEKEEPING).post(f"stays/{stay.pk}/{verb}/", body).status_code == 403


def test_a_profession_is_told_and_found(program):
    made = world.program(Role.ADMINISTRATOR).post("practitioners/", {"family_name": "Petit", "profession": "nurse"})
    assert (made.status_code, made.json()["profession"]) == (201, "nurse")
    a_practitioner()
    assert [row["id"] for row in program.get("practitioners/", profession="nurse").json()["results"]] == [
        made.json()["id"]
    ]
