"""Wherever a name could show, a protected person and a protected stay have none (SEC-8)."""

import pytest
from django.utils import timezone

from amh.core.models import User
from amh.core.roles import Role
from patients.actions import patients, protections, reservations
from patients.models import Patient, PatientIdentifier, Protection
from patients.queries import scopes
from patients.queries.homonyms import people
from patients.queries.protections import hidden, is_hidden
from patients.rules.accesses import is_named
from tests.core.api import world
from tests.factories.people import a_user
from tests.factories.presences import expected, fresh

pytestmark = pytest.mark.django_db

NAME = "UNIQUE"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(params=["person", "stay", "stay of another time"])
def stay(request, now):
    """A stay whose patient is to be shown by name to nobody."""
    stay = world.lying(world.bed(world.unit()), world.patient(birth_name=NAME))
    patients.identify(stay.patient, [("IPP", "CHU", "8001")], at=now)
    if request.param == "person":
        Patient.objects.filter(pk=stay.patient_id).update(protected=True)
    else:
        other = expected(stay.unit, patient=stay.patient, at=now) if request.param == "stay of another time" else stay
        protections.protect(stay=other, protection=Protection.VIP, by=None, at=now)
    return fresh(stay)


@pytest.fixture
def others(stay):
    """Somebody of the same unit whom nothing hides."""
    return world.lying(world.bed(stay.unit), world.patient(birth_name="VISIBLE"))


def test_they_are_told_from_all_the_others(stay, others):
    assert list(Patient.objects.filter(hidden())) == [stay.patient]
    assert list(Patient.objects.exclude(hidden())) == [others.patient]
    numbers = PatientIdentifier.objects.annotate(hidden=is_hidden("patient__"))
    assert [number.hidden for number in numbers] == [True]


def test_their_record_opens_to_no_unit(stay, others):
    manager = a_user(Role.BED_MANAGER)
    assert list(scopes.records(to=manager, at=timezone.now())) == [others.patient]


def test_programs_read_no_name_and_no_number(stay, others):
    program = world.program()
    rows = {row["id"]: row for row in program.get("patients/").json()["results"]}
    assert (rows[stay.patient_id]["name"], rows[others.patient_id]["name"][:7]) == ("Identité protégée", "VISIBLE")
    alone = program.get(f"patients/{stay.patient_id}/").json()
    assert (alone["name"], alone["birth_date"], alone["identifiers"]) == ("Identité protégée", "", [])
    (number,) = program.get("identifiers/", patient=stay.patient_id).json()["results"]
    assert (number["domain"], number["value"]) == ("", "")


@pytest.mark.parametrize("filters", [{"name": NAME}, {"birth_date": "1958"}, {"identifier": "8001"}])
def test_no_search_of_a_program_finds_them(stay, filters):
    assert world.program().get("patients/", **filters).json()["count"] == 0


def test_a_protected_stay_is_read_without_a_name_wherever_it_stands(stay, now):
    if not (stay.protected or stay.patient.protected):
        return
    program = world.program()
    kept = reservations.reserve(
        stay=expected_too(stay, at=now), bed=world.bed(stay.unit), expected_at=now, by=None, at=now
    )
    assert NAME not in str(program.get("stays/").json())
    assert NAME not in str(program.get(f"stays/{stay.pk}/").json())
    assert NAME not in str(program.get("placements/").json())
    assert NAME not in str(program.get(f"reservations/{kept.pk}/").json())


def expected_too(stay, *, at):
    """The same patient, awaited again, as hidden as before."""
    again = expected(stay.unit, patient=stay.patient, at=at)
    return protections.protect(stay=again, protection=Protection.VIP, by=None, at=at)


def test_a_sentence_names_them_to_nobody(stay):
    if not (stay.protected or stay.patient.protected):
        return
    manager = a_user(Role.BED_MANAGER)
    assert not is_named(stay.patient, unit_id=stay.unit_id, to=manager, stay=stay)
    assert not is_named(stay.patient, unit_id=stay.unit_id, to=None, stay=stay)


def test_a_sentence_names_the_others_to_their_unit_and_to_who_opened_the_record(others):
    stranger = User.objects.get(pk=a_user(Role.NURSE, world.unit()).pk)
    assert is_named(others.patient, unit_id=others.unit_id, to=a_user(Role.NURSE, others.unit), stay=others)
    assert not is_named(others.patient, unit_id=others.unit_id, to=stranger, stay=others)
    stranger.exceptions = frozenset({others.patient_id})
    assert is_named(others.patient, unit_id=others.unit_id, to=stranger, stay=others)


def test_a_homonym_is_announced_without_its_name(stay, now):
    known = {one.patient_id: one.hidden for one in people(unit_ids=[stay.unit_id], at=now)}
    assert known == {stay.patient_id: stay.protected or stay.patient.protected}
