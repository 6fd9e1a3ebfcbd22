"""What is known of a stay and the documents that show it, as a person adds, opens and withdraws them on the record."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.models import Document, Fact
from tests.factories.pdfs import pdf
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


@pytest.fixture
def stay(ward, now):
    return present(ward.beds[0], patient=a_patient("LE GOUVELLO", first_names="Marie-Bénédicte"), at=now - 30 * HOUR)


@pytest.fixture
def record(ward, stay, open_page):
    """Open the record in a browser."""

    def open_record(**options: object) -> Page:
        return open_page(a_user(Role.AMH, ward.unit), f"/patients/{stay.patient_id}/", **options)

    return open_record


def upload(page: Page, content: bytes, name: str = "lettre.pdf") -> None:
    """Choose a file in the open dialog."""
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.locator("#dialogue input[type=file]").set_input_files(file)


def test_a_document_is_added_opened_replaced_and_withdrawn(record, check_accessible) -> None:
    page = record()
    documents = page.locator("#documents")
    documents.get_by_role("link", name="Déposer un document").click()
    expect(page.locator("#dialogue")).to_contain_text("LE GOUVELLO Marie-Bénédicte")
    check_accessible(page)
    upload(page, b"<html></html>", "page.pdf")
    page.get_by_label("Nature").select_option(label="lettre de liaison")
    page.get_by_label("Titre").fill("Sortie du jour")
    page.get_by_role("button", name="Déposer ce document").click()
    expect(page.locator("#dialogue .errorlist")).to_contain_text("n’est pas un PDF lisible")
    expect(page.get_by_label("Titre")).to_have_value("Sortie du jour")
    upload(page, pdf(2))
    page.get_by_role("button", name="Déposer ce document").click()
    expect(documents).to_contain_text("Lettre de liaison, Sortie du jour")
    expect(documents).to_contain_text("2 pages")
    check_accessible(page)

    address = documents.get_by_role("link", name="Lettre de liaison").first.get_attribute("href")
    answer = page.request.get(address)
    assert (answer.status, answer.headers["content-type"], answer.body()) == (200, "application/pdf", pdf(2))

    documents.get_by_role("link", name="Remplacer").click()
    upload(page, pdf(3))
    page.get_by_role("button", name="Déposer cette version").click()
    expect(documents).to_contain_text("version 2")

    documents.get_by_role("link", name="Retirer").click()
    page.get_by_label("Motif").fill("mauvais patient")
    page.get_by_role("button", name="Retirer ce document").click()
    expect(documents).to_contain_text("Documents retirés · 1")
    documents.locator("summary").click()
    documents.get_by_role("button", name="Rétablir").click()
    expect(documents).to_contain_text("version 2")
    assert Document.objects.count() == 2


def test_a_fact_is_one_press_and_what_is_signed_asks_for_its_author(record, check_accessible) -> None:
    page = record()
    known = page.locator("#faits")
    page.locator("#fait").select_option(label="effets et valeurs rendus")
    known.get_by_role("button", name="Vu dans le DPI").click()
    expect(known).to_contain_text("Effets et valeurs rendus")
    known.get_by_role("button", name="Annuler").click()
    expect(known).to_contain_text("Rien n’est encore noté")

    page.locator("#fait").select_option(label="lettre de liaison signée")
    known.get_by_role("button", name="Vu dans le DPI").click()
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("heading")).to_have_text("Lettre de liaison signée")
    check_accessible(page)
    dialog.get_by_label("Auteur de l’acte").fill("Dr MARTIN Luc")
    dialog.get_by_role("button", name="Noter").click()
    expect(known).to_contain_text("vu : Dr MARTIN Luc")

    page.locator("#fait").select_option(label="transport confirmé")
    known.get_by_role("button", name="Dit").click()
    dialog = page.locator("#dialogue")
    dialog.get_by_label("Auteur de l’acte").fill("régulation")
    dialog.get_by_role("button", name="Noter").click()
    expect(dialog.locator(".errorlist")).to_be_visible()
    expect(dialog.get_by_label("Auteur de l’acte")).to_have_value("régulation")
    assert [fact.said_by for fact in Fact.objects.filter(withdrawn_at=None)] == ["Dr MARTIN Luc"]


def test_on_a_phone(record, check_accessible) -> None:
    page = record(viewport=PHONE, has_touch=True)
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#documents").get_by_role("link", name="Déposer un document").tap()
    expect(page.locator("#dialogue")).to_be_visible()
    check_accessible(page)
