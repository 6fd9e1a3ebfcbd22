"""What a page of the board asks of the database: as much for thirty patients as for one, whoever looks at it."""

import pytest
from django.test import Client

from amh.core.roles import Role
from patients.actions import accesses
from patients.models import AccessReason
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, browser_of
from tests.factories.people import a_patient
from tests.factories.places import a_unit, beds
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db

MOST = 9
"""Statements of a page, but for the check of the connection."""
ROLES = [Role.BED_MANAGER, Role.AMH, Role.NURSE, Role.PHYSICIAN, Role.ON_CALL, Role.HOUSEKEEPING, Role.WALL]
PAGES = ["/lits/?etat=occupe", "/lits/?vue=liste", "/lits/?a=2026-11-22T14:00", "/lits/?mode=mural"]


def asked(client: Client, page: str) -> int:
    """How many statements the page takes that finds what rarely changes where the one before left it."""
    client.get(page, follow=True)
    queries: list[int] = []
    with counted(queries):
        assert client.get(page, follow=True).status_code == 200
    return queries[0]


def fill(unit, count: int) -> None:
    for bed in beds(unit, count):
        present(bed)
        expected(unit, at=NOW)


@pytest.mark.parametrize(
    ("role", "page"), [*((role, "/lits/") for role in ROLES), *((Role.BED_MANAGER, page) for page in PAGES)]
)
def test_as_much_for_thirty_patients_as_for_one(role, page):
    unit = a_unit()
    client = browser_of(a_login(role, unit))
    fill(unit, 1)
    one = asked(client, page)
    fill(unit, 29)
    assert asked(client, page) == one


@pytest.mark.parametrize("role", [Role.BED_MANAGER, Role.AMH, Role.NURSE])
def test_few_whatever_the_role(role):
    unit = a_unit()
    fill(unit, 1)
    assert asked(browser_of(a_login(role, unit)), "/lits/") <= MOST


def test_no_more_for_whoever_opened_records_by_exception():
    own = a_unit()
    nurse = a_login(Role.NURSE, own)
    client = browser_of(nurse)
    before = asked(client, "/lits/")
    for bed in beds(a_unit(), 3):
        patient = present(bed, patient=a_patient()).patient
        why = "Appelée par l’équipe de nuit"
        accesses.open_exceptionally(patient=patient, reason=AccessReason.ADVICE, explanation=why, by=nurse, at=NOW)
    assert asked(client, "/lits/") == before
