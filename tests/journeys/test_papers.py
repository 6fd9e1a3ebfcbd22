"""The board on paper, from the browser: each paper is downloaded, and what cannot be printed is said on a page."""

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from tests.board.documents.conftest import pages
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE = (
    "(address) => { const link = document.createElement('a'); link.href = address; link.download = ''; link.click(); }"
)


def saved(page: Page, address: str) -> tuple[str, str]:
    """The name of the file that the browser keeps of an address, and what it says."""
    with page.expect_download() as download:
        page.evaluate(SAVE, address)
    return download.value.suggested_filename, " ".join(pages(download.value.path().read_bytes()))


def test_each_paper_is_downloaded_with_the_names_that_its_reader_may_know(ward, open_page, now) -> None:
    present(ward.beds[0], patient=a_patient("DURAND"), at=now)
    present(ward.other_bed, patient=a_patient("MARTIN"), at=now)
    page = open_page(a_user(Role.AMH, ward.unit))
    for asked, begins, name in (
        ("format=hopital", "plan-des-lits-2", "DURAND Anne"),
        ("format=unite&unite=MED", "plan-des-lits-MED-2", "DURAND Anne"),
        ("format=poche&unite=MED", "feuille-de-poche-MED-2", "DURAND Anne"),
        ("format=unite&unite=CHIR", "plan-des-lits-CHIR-2", "Patient"),
    ):
        file, says = saved(page, f"/lits/impression/?{asked}")
        assert file.startswith(begins)
        assert file.endswith(".pdf")
        assert (name in says, "MARTIN" in says) == (True, False)


def test_what_cannot_be_printed_is_said_on_a_page(ward, open_page, check_every_screen) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), "/lits/impression/?format=unite&unite=NULLE-PART")
    expect(page.get_by_role("alert")).to_contain_text("Il n’y a pas d’unité « NULLE-PART ».")
    check_every_screen(page)
