from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import stays
from patients.models import Placement
from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_who_was_there_at_an_instant():
    unit = world.unit()
    first, second = world.bed(unit), world.bed(unit)
    stay, now = world.lying(first), timezone.now()
    stays.move(stay=stay, to=second, by=None, at=now)
    program = world.program()

    def beds_at(at):
        return [row["bed"] for row in program.get("placements/", stay=stay.pk, at=at.isoformat()).json()["results"]]

    assert beds_at(now - timedelta(minutes=30)) == [first.pk]
    assert beds_at(now + timedelta(minutes=1)) == [second.pk]
    assert beds_at(now - timedelta(hours=5)) == []


def test_who_is_in_the_unit_without_a_bed():
    unit = world.unit()
    world.lying(world.bed(unit))
    stay = world.expected(unit)
    stays.admit(stay=stay, unit=unit, bed=None, by=None, at=timezone.now())

    rows = world.program().get("placements/", unit=unit.pk, without_bed="true").json()["results"]

    assert [row["stay"] for row in rows] == [stay.pk]


def test_placements_of_other_units_are_not_there():
    own, other = world.unit(), world.unit()
    ours, theirs = world.lying(world.bed(own)), world.lying(world.bed(other))
    nurse = world.program(Role.NURSE, own)

    assert [row["stay"] for row in nurse.get("placements/").json()["results"]] == [ours.pk]
    assert nurse.get(f"placements/{Placement.objects.get(stay=theirs).pk}/").status_code == 404


def test_a_protected_patient_is_masked_and_the_reading_traced():
    stay = world.lying(world.bed(world.unit()), world.patient(birth_name="CELEBRE", protected=True))

    row = world.program().get(f"placements/{Placement.objects.get(stay=stay).pk}/").json()

    assert (row["patient"]["name"], row["patient"]["birth_date"]) == ("Identité protégée", "")
    assert AccessTrace.objects.get().patient_id == stay.patient_id


def test_a_placement_is_never_written_from_outside():
    answer = world.program().post("placements/", {"bed": 1})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
