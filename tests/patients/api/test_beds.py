from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import beds, stays
from tests.core.api import world
from wards.models import Bed, ClosureReason

pytestmark = pytest.mark.django_db


def state_of(program, bed):
    return program.get(f"beds/{bed.pk}/").json()["state"]


def test_a_bed_says_its_code_and_its_state():
    unit = world.unit(code="MED")
    bed = world.bed(unit)
    world.lying(bed)

    row = world.program(Role.HOUSEKEEPING).get(f"beds/{bed.pk}/").json()

    assert (row["code"], row["name"], row["unit"], row["state"]) == (bed.code, str(bed), unit.pk, "occupied")


def test_beds_are_filtered_by_their_state_now():
    unit = world.unit()
    free, held, closed = world.bed(unit), world.bed(unit), world.bed(unit)
    world.lying(held)
    beds.close(bed=closed, reason=ClosureReason.WORKS, by=None, at=timezone.now())
    program = world.program()

    def in_state(state):
        return [row["id"] for row in program.get("beds/", state=state, unit=unit.pk).json()["results"]]

    assert (in_state("free"), in_state("occupied"), in_state("closed")) == ([free.pk], [held.pk], [closed.pk])
    assert in_state("reserved") == []


def test_reading_beds_opens_no_record():
    world.lying(world.bed(world.unit()))

    world.program().get("beds/")

    assert not AccessTrace.objects.exists()


def test_a_left_bed_is_cleaned():
    bed = world.bed(world.unit())
    stays.discharge(stay=world.lying(bed), by=None, at=timezone.now() - timedelta(minutes=1))
    program = world.program(Role.HOUSEKEEPING)
    assert state_of(program, bed) == "cleaning"

    answer = program.post(f"beds/{bed.pk}/clean/")

    assert (answer.status_code, answer.json()["state"]) == (200, "free")


def test_a_held_bed_is_not_cleaned_and_its_holder_not_named_to_a_cleaner():
    bed = world.bed(world.unit())
    holder = world.lying(bed).patient

    answer = world.program(Role.HOUSEKEEPING).post(f"beds/{bed.pk}/clean/")

    assert (answer.status_code, answer.json()["code"]) == (409, "bed_occupied")
    assert holder.display_name not in answer.content.decode()


def test_a_bed_is_closed_and_reopened():
    bed = world.bed(world.unit())
    program = world.program()
    until = (timezone.now() + timedelta(days=2)).isoformat()

    closed = program.post(f"beds/{bed.pk}/close/", {"reason": "works", "until": until})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    again = program.post(f"beds/{bed.pk}/close/", {"reason": "works"})
    assert (again.status_code, again.json()["code"]) == (409, "bed_closed")
    assert program.post(f"beds/{bed.pk}/reopen/").json()["state"] == "free"


def test_a_closure_that_ends_before_it_begins_is_a_value_that_cannot_be():
    bed = world.bed(world.unit())
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()

    answer = world.program().post(f"beds/{bed.pk}/close/", {"reason": "works", "until": yesterday})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["until"])


def test_a_bed_is_blocked():
    bed = world.bed(world.unit())

    answer = world.program().post(f"beds/{bed.pk}/close/", {"reason": "radiation", "kind": "blocked"})

    assert answer.json()["state"] == "blocked"


def test_a_bed_out_of_service_is_not_listed_and_has_no_state():
    bed = world.bed(world.unit(), valid_until=timezone.now() - timedelta(days=1))
    program = world.program()

    assert program.get("beds/").json()["count"] == 0
    assert state_of(program, bed) is None


def test_a_nurse_does_not_close_beds():
    unit = world.unit()

    answer = world.program(Role.NURSE, unit).post(f"beds/{world.bed(unit).pk}/close/", {"reason": "works"})

    assert answer.status_code == 403


def test_an_interface_reads_no_bed():
    assert world.program(Role.INTERFACE).get("beds/").status_code == 403


def test_beds_are_asked_for_at_another_moment():
    unit, now = world.unit(), timezone.now()
    bed, new = world.bed(unit), world.bed(unit)
    Bed.objects.filter(pk=new.pk).update(valid_from=now - timedelta(hours=1))
    beds.close(bed=bed, reason=ClosureReason.WORKS, starts_at=now + timedelta(hours=2), by=None, at=now)
    program = world.program()

    def at(moment, **filters):
        answer = program.get("beds/", unit=unit.pk, at=moment.isoformat(), **filters).json()
        return {row["id"]: row["state"] for row in answer["results"]}

    assert at(now - timedelta(hours=3)) == {bed.pk: "free"}
    assert at(now + timedelta(hours=3)) == {bed.pk: "closed", new.pk: "free"}
    assert at(now + timedelta(hours=3), state="closed") == {bed.pk: "closed"}


@pytest.mark.parametrize("moment", ["hier", "2027-13-01T10:00Z", "9999-01-01T00:00Z"])
def test_a_moment_that_is_none_is_refused(moment):
    answer = world.program().get("beds/", at=moment)
    assert (answer.status_code, "at" in answer.json()["errors"]) == (400, True)
