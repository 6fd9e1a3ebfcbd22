"""The lists of a merge ask as much for one row as for many."""

import pytest

from amh.core.roles import Role
from patients.actions import merges, patients
from patients.models import Merge
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.patients.views.browsing import Desk, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Desk(a_user(Role.ADMISSIONS_OFFICE))


def known(number, **traits):
    """People of one name, each with two numbers."""
    for _ in range(number):
        patient = a_patient("Durand", **traits)
        patients.identify(patient, [("IPP", domain, str(patient.pk)) for domain in ("CHU", "GHT")], at=NOW)


def test_who_may_be_the_same_person_is_found_in_as_many_queries(office):
    patient, queries = a_patient(), []
    for number in (1, 10):
        known(number)
        found = office.post("merges-choose", patient.pk, name="dur", birth_date="12/03/1958")
        with counted(queries):
            office.post("merges-choose", patient.pk, name="dur", birth_date="12/03/1958")
    assert text(found).count("IPP ") == 22
    assert queries[0] == queries[1]


def test_those_who_are_alike_are_found_in_as_many_queries(office):
    queries = []
    said = {"birth_name": "Durand", "first_names": "Anne", "birth_date": "12/03/1958", "sex": "F"}
    for number in (1, 7):
        known(number)
        office.send("register", **said)
        with counted(queries):
            office.send("register", **said)
    assert queries[0] == queries[1]


def test_merges_are_shown_in_as_many_queries(office):
    survivor, queries = a_patient(), []
    for number in (1, 8):
        for _ in range(number):
            merges.merge(survivor=survivor, merged=a_patient(), reason="doublon", by=None, at=NOW)
        office.record(survivor)
        with counted(queries):
            page = office.record(survivor)
    assert queries[0] == queries[1]
    newest = Merge.objects.latest("pk")
    assert f"/fusions/{newest.pk}/" in page
    assert page.count("Une fusion plus récente en dépend") == 8
