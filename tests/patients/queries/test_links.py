"""The way from a stay to the same patient in the patient record of the hospital (WR-1)."""

import pytest

from amh.core.actions import parameters
from patients.actions import patients
from patients.queries import links
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.places import a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db


def lead_to(address):
    parameters.change(key="dpi_link", value=address, by=None, at=NOW)


def a_stay(*, ipp="", nda=""):
    stay = present(a_unit())
    patients.identify(stay.patient, [("IPP", "CHU", ipp)] if ipp else [], at=NOW)
    stay.account_number = nda
    stay.save()
    return stay


def test_a_site_that_has_set_no_link_has_none():
    assert links.address(a_stay(ipp="700123", nda="26/1").pk) == ""


def test_the_link_bears_the_numbers_of_the_patient_and_of_the_stay():
    lead_to("https://dpi.example.org/p/{ipp}?v={nda}")
    assert links.address(a_stay(ipp="700123", nda="26/1").pk) == "https://dpi.example.org/p/700123?v=26%2F1"


def test_a_number_that_is_missing_leads_nowhere():
    lead_to("https://dpi.example.org/p/{ipp}?v={nda}")
    assert links.address(a_stay(nda="261").pk) == ""
    assert links.address(a_stay(ipp="700123").pk) == ""
    lead_to("https://dpi.example.org/p/{ipp}")
    assert links.address(a_stay(ipp="700124").pk) == "https://dpi.example.org/p/700124"


def test_thirty_stays_cost_as_many_queries_as_one():
    lead_to("https://dpi.example.org/p/{ipp}")
    stays, queries = [a_stay(ipp=f"70{number}").pk for number in range(30)], []
    with counted(queries):
        assert len(links.addresses(stays[:1])) == 1
    with counted(queries):
        assert len(links.addresses(stays)) == 30
    assert queries == [3, 3]
