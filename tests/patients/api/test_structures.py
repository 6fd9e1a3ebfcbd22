from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted, nothing_written
from wards.actions import structures
from wards.models import Calendar, Unit

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def program():
    return world.program(Role.ADMINISTRATOR)


def refusal(answer):
    problem = answer.json()
    return answer.status_code, problem["code"], list(problem.get("errors", {}))


def test_a_unit_a_room_and_a_bed_are_described(program):
    calendar = Calendar.objects.create(name="Jamais ouvert")
    said = {"code": "MED", "name": "Médecine", "phone": "4512", "calendar": calendar.pk, "functional_units": ["2110"]}
    unit = program.post("units/", said)
    room = program.post("rooms/", {"unit": unit.json()["id"], "label": "201", "shielded": True})
    bed = program.post("beds/", {"room": room.json()["id"], "label": "F", "kind": "chair"})

    assert [answer.status_code for answer in (unit, room, bed)] == [201, 201, 201]
    assert {name: unit.json()[name] for name in said} == said
    assert unit["Location"].endswith(f"/api/v1/units/{unit.json()['id']}/")
    assert (room.json()["label"], room.json()["shielded"]) == ("201", True)
    assert (bed.json()["code"], bed.json()["kind"], bed.json()["state"]) == ("MED-201-F", "chair", "closed")


def test_they_are_described_otherwise(program):
    bed, other = world.bed(world.unit(code="MED", phone="12")), world.bed(world.unit()).room
    unit = program.post(f"units/{bed.room.unit_id}/change/", {"name": "Onco", "functional_units": ["7"]}).json()
    room = program.post(f"rooms/{bed.room_id}/change/", {"label": "9", "shielded": True}).json()
    moved = program.post(f"beds/{bed.pk}/change/", {"room": other.pk, "label": "P", "kind": "place"}).json()

    assert (unit["name"], unit["phone"], unit["functional_units"]) == ("Onco", "12", ["7"])
    assert (room["label"], room["shielded"]) == ("9", True)
    assert (moved["room"], moved["label"], moved["kind"]) == (other.pk, "P", "place")


@pytest.mark.parametrize("noun", ["units", "rooms", "beds"])
def test_they_go_and_come_back(program, noun):
    bed = world.bed(world.unit())
    pk = {"units": bed.room.unit_id, "rooms": bed.room_id, "beds": bed.pk}[noun]
    until = (timezone.now() + A_DAY).isoformat()

    assert program.post(f"{noun}/{pk}/retire/").json()["valid_until"] is not None
    assert program.get(f"{noun}/").json()["count"] == 0
    assert refusal(program.post(f"{noun}/{pk}/retire/")) == (409, "retired", [])
    assert program.post(f"{noun}/{pk}/restore/").json()["valid_until"] is None
    assert program.post(f"{noun}/{pk}/retire/", {"until": until}).json()["valid_until"] is not None
    assert program.get(f"{noun}/").json()["count"] == 1


def test_what_serves_somebody_stays(program):
    bed = world.bed(world.unit())
    world.lying(bed, world.patient(birth_name="SECRET"))
    for path in (f"units/{bed.room.unit_id}", f"rooms/{bed.room_id}", f"beds/{bed.pk}"):
        with nothing_written():
            answer = program.post(f"{path}/retire/")
        assert refusal(answer) == (409, "still_needed", [])
        assert "SECRET" not in answer.json()["detail"]
    chair = program.post(f"beds/{bed.pk}/change/", {"room": bed.room_id, "label": "F", "kind": "chair"})
    assert refusal(chair) == (409, "still_needed", [])


def test_what_a_message_named_is_declared_to_be_another(program):
    real, at = world.bed(world.unit(code="MED")), timezone.now() - A_DAY
    unit = structures.reference_unit("2034", "", at)
    bed = structures.reference_bed(real.room.unit, "999", "F", at)

    renamed = program.post(f"beds/{bed.pk}/rename/", {"same_as": real.pk}).json()
    gone = program.post(f"units/{unit.pk}/rename/", {"same_as": real.room.unit_id}).json()

    assert (renamed["stands_for"], renamed["state"], gone["to_be_referenced"]) == (real.pk, None, False)
    assert program.get(f"units/{real.room.unit_id}/").json()["functional_units"] == ["2034"]
    assert refusal(program.post(f"beds/{real.pk}/rename/", {"same_as": bed.pk})) == (422, "not_described", ["same_as"])


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("units/", {"name": "Médecine"}, (400, "invalid", ["code"])),
        ("units/", {"code": "X" * 21, "name": "M"}, (400, "invalid", ["code"])),
        ("units/", {"code": "MED", "name": "Autre"}, (409, "code_taken", ["code"])),
        ("units/", {"code": "NEW", "name": "M", "kind": "hotel"}, (400, "invalid", ["kind"])),
        ("units/", {"code": "NEW", "name": "M", "calendar": 99}, (422, "unknown_reference", ["calendar"])),
        (
            "units/",
            {"code": "NEW", "name": "M", "functional_units": ["MED"]},
            (409, "code_taken", ["functional_units"]),
        ),
        ("rooms/", {"unit": 999_999, "label": "1"}, (422, "unknown_reference", ["unit"])),
        ("beds/", {"room": "x", "label": "1"}, (400, "invalid", ["room"])),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(program, path, body, expected):
    world.unit(code="MED")
    with nothing_written():
        assert refusal(program.post(path, body)) == expected


@pytest.mark.parametrize("until", ["hier", "0001-01-01T00:00:00Z", "2300-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_is_refused(program, until):
    answer = program.post(f"beds/{world.bed(world.unit()).pk}/retire/", {"until": until})

    assert (answer.status_code in (400, 422), list(answer.json()["errors"])) == (True, ["until"])


def test_a_creation_sent_twice_is_done_once(program):
    said = {"code": "MED", "name": "Médecine"}
    answers = [program.post("units/", said, Idempotency_Key="unit") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Unit.objects.count() == 1


def test_lists_ask_the_same_questions_whatever_their_length(program):
    queries: list[int] = []
    program.get("units/")
    for number in (1, 29):
        for index in range(number):
            unit = world.unit()
            unit.functional_units.create(code=f"F{unit.pk}-{index}")
        with counted(queries):
            program.get("units/")
    assert queries[0] == queries[1]
