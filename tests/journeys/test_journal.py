"""A nurse opens a record that no unit of hers answers for; the officer is told, reads why, and hands out the report."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from amh.core.models import AccessTrace, User
from amh.core.roles import Role
from patients.actions import patients
from patients.models import AccessNotice, ExceptionalAccess
from tests.factories.people import a_patient, a_user
from tests.factories.presences import AN_HOUR, present
from tests.journeys.conftest import PHONE, SCHEMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "Appelée par l’équipe de nuit <script>alert(1)</script>"


@pytest.fixture
def patient(ward, now):
    who = present(ward.beds[0], patient=a_patient("DURAND"), at=now - AN_HOUR).patient
    patients.identify(who, [("IPP", "CHU", "8001")], at=now)
    return who


@pytest.fixture
def nurse(ward) -> User:
    nurse = a_user(Role.NURSE, ward.other)
    nurse.first_name, nurse.last_name = "Anne", "MARTIN"
    nurse.save()
    return nurse


def ask(page: Page) -> None:
    """Fill in the form of the dialog and send it."""
    dialog = page.locator("#dialogue")
    dialog.get_by_label("Motif").select_option("advice")
    dialog.get_by_label("Explication").fill(WHY)
    dialog.get_by_role("button", name="Ouvrir ce dossier").click()


def test_from_the_refusal_to_the_report(patient, nurse, open_page, check_every_screen, tmp_path) -> None:
    page = open_page(nurse, f"/patients/{patient.pk}/")
    expect(page.get_by_role("alert")).to_contain_text("Ce dossier n’est pas ouvert à vos unités.")
    check_every_screen(page)

    page.get_by_role("link", name="Demander un accès exceptionnel motivé").click()
    expect(page.locator("#dialogue")).to_contain_text("Cet accès est tracé et dure 4 heures.")
    check_every_screen(page)
    ask(page)
    banner = page.locator("#acces")
    expect(banner).to_contain_text("Accès exceptionnel jusqu’à")
    expect(banner).to_contain_text("avis demandé par l’équipe")
    expect(page.locator("main")).to_contain_text("DURAND")
    check_every_screen(page)
    assert "DURAND" not in page.url + page.title()

    assert AccessNotice.objects.get().access.user == nurse
    the_officer_reviews(open_page(a_user(Role.DPO), "/journal/"), check_every_screen, tmp_path)

    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Ce dossier n’est pas ouvert à vos unités.")


def the_officer_reviews(page: Page, check_every_screen, tmp_path: Path) -> None:
    """What the officer does: find the patient, read who looked and why, review the access, make the report."""
    check_every_screen(page)
    page.get_by_label("Un patient :").fill("durand")
    page.locator("form.find").get_by_role("button", name="Chercher").click()
    expect(page.locator("main")).to_contain_text("IPP 8001")
    check_every_screen(page)
    page.get_by_role("link", name="Lectures DURAND").click()
    row = page.locator("tbody tr").filter(has_text="MARTIN").first
    expect(row).to_contain_text("accès exceptionnel")
    expect(row).to_contain_text("<script>alert(1)</script>")
    assert "durand" not in page.url.lower()

    page.get_by_role("link", name="Relevé à remettre au patient").click()
    dialog = page.locator("#dialogue")
    check_every_screen(page)
    with page.expect_download() as waited:
        dialog.get_by_role("button", name="Établir le relevé").click()
    made = tmp_path / "releve.pdf"
    waited.value.save_as(made)
    assert made.read_bytes().startswith(b"%PDF-")
    assert "DURAND" not in waited.value.suggested_filename
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Actes sur un dossier").click()
    expect(page.locator("tbody")).to_contain_text("accès exceptionnel : ouverture")
    check_every_screen(page)

    page.get_by_role("link", name="Accès exceptionnels", exact=True).click()
    expect(page.locator("main")).to_contain_text("1 accès à relire")
    check_every_screen(page)
    page.get_by_role("link", name="Relire").click()
    dialog.get_by_label("non justifié").check()
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_contain_text("Dire en quoi l’accès n’est pas justifié.")
    dialog.get_by_label("Remarque").fill("aucune demande de l’équipe")
    check_every_screen(page)
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Tout est relu.")
    expect(page.locator("main")).to_contain_text("aucune demande de l’équipe")


def test_an_access_is_asked_for_and_given_back_on_a_phone_and_a_wrong_period_is_said(
    patient, nurse, open_page, check_every_screen
) -> None:
    page = open_page(nurse, "/acces-exceptionnel/", viewport=PHONE)
    page.get_by_label("IPP du patient").fill("8001")
    page.get_by_label("Motif").select_option("call")
    page.get_by_label("Explication").fill(WHY)
    page.get_by_role("button", name="Ouvrir ce dossier").click()
    page.get_by_role("button", name="Terminer l’accès exceptionnel").click()
    expect(page.locator("#annonces")).to_contain_text("Accès exceptionnel terminé.")
    page.goto(f"/patients/{patient.pk}/")
    expect(page.get_by_role("alert")).to_contain_text("Ce dossier n’est pas ouvert à vos unités.")
    assert ExceptionalAccess.objects.count() == 1

    page = open_page(a_user(Role.DPO), "/journal/?du=2026-11-22&au=2026-11-21")
    expect(page.locator("main .errorlist")).to_contain_text("La période se termine avant de commencer.")
    check_every_screen(page, schemes=SCHEMES)
    assert AccessTrace.objects.filter(page="journal").exists()
