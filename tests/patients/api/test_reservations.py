from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world

pytestmark = pytest.mark.django_db


def keep(program, stay, bed, **wish):
    later = (timezone.now() + timedelta(hours=3)).isoformat()
    return program.post("reservations/", {"stay": stay.pk, "bed": bed.pk, "expected_at": later} | wish)


def test_a_bed_is_kept_and_let_go():
    unit = world.unit()
    stay, bed = world.expected(unit), world.bed(unit)
    program = world.program()

    kept = keep(program, stay, bed)
    assert (kept.status_code, kept.json()["patient"]["name"]) == (201, str(stay.patient))
    assert program.get(f"beds/{bed.pk}/").json()["state"] == "reserved"
    assert program.get("reservations/", holds="true", bed=bed.pk).json()["count"] == 1

    released = program.post(f"reservations/{kept.json()['id']}/release/")
    assert released.json()["released_at"] is not None
    assert program.get("reservations/", holds="true").json()["count"] == 0
    assert program.get("reservations/", holds="false", unit=unit.pk).json()["count"] == 1
    again = program.post(f"reservations/{kept.json()['id']}/release/")
    assert (again.status_code, again.json()["code"]) == (409, "already_released")
    restored = program.post(f"reservations/{kept.json()['id']}/restore/")
    assert (restored.status_code, restored.json()["released_at"]) == (200, None)
    assert program.post(f"reservations/{kept.json()['id']}/restore/").json()["code"] == "not_released"


def test_a_kept_bed_is_refused_to_another_stay():
    unit = world.unit()
    bed = world.bed(unit)
    program = world.program()
    keep(program, world.expected(unit), bed)

    answer = keep(program, world.expected(unit), bed)

    assert (answer.status_code, answer.json()["code"]) == (409, "bed_reserved")


def test_an_arrival_that_is_past_is_a_value_that_cannot_be():
    unit = world.unit()

    answer = keep(world.program(), world.expected(unit), world.bed(unit), expected_at="2020-01-01T00:00:00Z")

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["expected_at"])


def test_a_stay_out_of_scope_cannot_be_named():
    own = world.unit()
    stay = world.expected(world.unit())

    answer = keep(world.program(Role.AMH, own), stay, world.bed(own))

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (
        422,
        "unknown_reference",
        ["stay"],
    )


def test_reservations_of_other_units_are_not_there():
    unit = world.unit()
    kept = keep(world.program(), world.expected(unit), world.bed(unit)).json()
    member, stranger = world.program(Role.AMH, unit), world.program(Role.AMH, world.unit())

    assert member.get(f"reservations/{kept['id']}/").status_code == 200
    assert stranger.get("reservations/").json()["count"] == 0
    assert stranger.post(f"reservations/{kept['id']}/release/").status_code == 404


def test_a_list_costs_the_same_for_one_row_and_for_thirty():
    unit = world.unit()
    program = world.program()
    keep(program, world.expected(unit), world.bed(unit))
    with CaptureQueriesContext(connection) as one:
        program.get("reservations/")
    for _ in range(29):
        keep(program, world.expected(unit), world.bed(unit))
    with CaptureQueriesContext(connection) as thirty:
        assert program.get("reservations/").json()["count"] == 30
    assert len(thirty) == len(one)
