"""The search box: what is found, where, and for whom."""

import pytest

from amh.board import boards
from amh.board.audiences import Audience
from amh.board.searches import search
from patients.actions import merges
from patients.models import Patient, PatientIdentifier
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db

EVERYTHING = Audience("fr", None)


@pytest.fixture
def people():
    """ÉLODIE in bed 201 F, NOËL in the unit without a bed, ŒUVRARD awaited."""
    unit = a_unit("MED")
    bed = a_bed(unit, "201", "F")
    lying = present(bed, patient=a_patient("Durand", first_names="Élodie"))
    standing = present(unit, patient=a_patient("Noël", birth_date="1942-12-25"))
    awaited = expected(unit, patient=a_patient("Œuvrard"))
    PatientIdentifier.objects.create(patient=lying.patient, type="IPP", domain="CLCC", value="700123", valid_from=NOW)
    return unit, bed, standing, awaited


@pytest.mark.parametrize("text", ["durand", "elodie DUR", "201", "med-201-f", "12/03/1958 durand", "700123"])
def test_a_bed_is_found_by_label_name_birth_date_and_number(people, text) -> None:
    found = search(boards.read(NOW), text, EVERYTHING)
    assert found.beds == {people[1].pk}


@pytest.mark.parametrize(("text", "rank"), [("noel", 2), ("25/12/1942", 2), ("oeuvrard", 3)])
def test_a_patient_without_a_bed_is_found(people, text, rank) -> None:
    found = search(boards.read(NOW), text, EVERYTHING)
    assert (found.beds, found.stays) == (frozenset(), {people[rank].pk})


@pytest.mark.parametrize("text", ["durand", "noel", "700123"])
def test_who_is_masked_cannot_be_found(people, text) -> None:
    found = search(boards.read(NOW), text, Audience("fr", frozenset()))
    assert (found.beds, found.stays) == (frozenset(), frozenset())


def test_a_place_is_found_by_everybody(people) -> None:
    assert search(boards.read(NOW), "201", Audience("fr", frozenset())).beds == {people[1].pk}


def test_a_protected_patient_is_found_by_nobody(people) -> None:
    present(a_bed(people[0]), patient=a_patient("SECRET", protected=True))
    assert search(boards.read(NOW), "secret", EVERYTHING).beds == frozenset()


def test_the_number_of_one_patient_is_not_part_of_another_s(people) -> None:
    assert search(boards.read(NOW), "7001", EVERYTHING).beds == frozenset()


@pytest.mark.parametrize("typed", ["O'Brien", "o’brien", "O‘BRIEN"])
def test_any_apostrophe_finds_any_other(people, typed) -> None:
    bed = a_bed(people[0])
    present(bed, patient=a_patient("O’Brien"))
    assert search(boards.read(NOW), typed, EVERYTHING).beds == {bed.pk}


def test_somebody_is_found_by_the_name_of_a_record_that_was_merged(people):
    _unit, bed, *_ = people
    lying = Patient.objects.get(birth_name="Durand")
    former = a_patient("Żywicki", first_names="Anne")
    merges.merge(survivor=lying, merged=former, reason="", by=None, at=NOW)
    assert search(boards.read(NOW), "anne zywicki", EVERYTHING).beds == {bed.pk}
    assert search(boards.read(NOW), "zywicki", Audience("fr", frozenset())).beds == frozenset()
