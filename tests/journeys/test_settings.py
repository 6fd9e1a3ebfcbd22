"""An administrator describes the hospital and sets its parameters, in a browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core import parameters
from amh.core.roles import Role
from tests.factories.clocks import LONG_AGO
from tests.factories.people import a_user
from tests.factories.presences import present
from wards.actions import structures
from wards.models import Bed, Unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(ward):
    return a_user(Role.ADMINISTRATOR)


def dialog(page: Page):
    return page.locator("#dialogue")


def test_a_bed_is_added_taken_away_and_put_back(ward, admin, open_page) -> None:
    page = open_page(admin, "/admin/")
    page.get_by_role("main").get_by_role("link", name="Unités, chambres et lits").click()
    page.get_by_role("link", name="Médecine").click()
    page.locator(".room", has_text="202").locator("h3 a").click()
    dialog(page).get_by_role("link", name="Ajouter un lit").click()
    dialog(page).get_by_label("Repère").fill("2")
    dialog(page).get_by_role("button", name="Ajouter ce lit").click()
    expect(page.locator("#annonces")).to_contain_text("Lit créé : 202 2.")
    page.locator(".room", has_text="202").get_by_role("link", name="2", exact=False).last.click()
    dialog(page).get_by_role("link", name="Mettre hors service").click()
    dialog(page).get_by_role("button", name="Mettre hors service").click()
    expect(page.locator("#annonces")).to_contain_text("Hors service : 202 2.")
    page.get_by_role("link", name="Montrer ce qui est hors service").click()
    page.locator("[data-gone] a").click()
    dialog(page).get_by_role("button", name="Remettre en service").click()
    expect(page.locator("#annonces")).to_contain_text("De nouveau en service : 202 2.")
    assert Bed.objects.get(room__label="202", label="2").valid_until is None


def test_a_bed_with_somebody_in_it_stays_and_a_board_that_is_open_follows_the_rest(ward, admin, open_page) -> None:
    present(ward.beds[0], at=timezone.now())
    board = open_page(a_user(Role.BED_MANAGER))
    expect(board.locator(".card")).to_have_count(4)
    page = open_page(admin, f"/admin/unites/{ward.unit.pk}/")
    page.locator(".room", has_text="201").get_by_role("link", name="201 F").click()
    dialog(page).get_by_label("Type").select_option("chair")
    dialog(page).get_by_role("button", name="Enregistrer").click()
    expect(dialog(page)).to_contain_text("« 201 F » sert encore ou est promis.")
    expect(dialog(page).get_by_label("Type")).to_have_value("chair")

    page.keyboard.press("Escape")
    page.locator(".room", has_text="202").locator("h3 a").click()
    dialog(page).get_by_role("link", name="Mettre hors service").click()
    dialog(page).get_by_role("button", name="Mettre hors service").click()
    expect(board.locator(".card")).to_have_count(3)


def test_a_wrong_value_or_text_is_said_beside_the_field_and_a_good_one_kept(admin, open_page) -> None:
    page = open_page(admin, "/admin/parametres/departure_delay_minutes/")
    page.get_by_role("link", name="Régler", exact=True).click()
    dialog(page).get_by_label("Valeur, en minutes").fill("9999")
    dialog(page).get_by_role("button", name="Enregistrer").click()
    expect(dialog(page)).to_contain_text("Un nombre entier de 0 à 1440 est attendu.")
    expect(dialog(page).get_by_label("Valeur, en minutes")).to_have_value("9999")
    dialog(page).get_by_label("Valeur, en minutes").fill("15")
    dialog(page).get_by_label("Où").select_option("Médecine")
    dialog(page).get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#annonces")).to_contain_text("Réglé :")
    expect(page.get_by_role("main")).to_contain_text("15 min")
    unit = Unit.objects.get(code="MED")
    assert parameters.values("departure_delay_minutes", unit_ids=[None, unit.pk]) == {None: 30, unit.pk: 15}

    page.goto("/admin/modeles/")
    page.get_by_role("link", name="Modifier : Flux interrompu : objet").click()
    dialog(page).get_by_label("En français").fill("Alerte {sender}")
    dialog(page).get_by_role("button", name="Aperçu").click()
    expect(dialog(page).locator("#apercu")).to_contain_text("Alerte GAM / CLCC")
    dialog(page).get_by_label("En français").fill("Alerte {nom}")
    dialog(page).get_by_role("button", name="Aperçu").click()
    expect(dialog(page).locator("#apercu")).to_contain_text("Le texte nomme une valeur inconnue.")
    dialog(page).get_by_label("En français").fill("Alerte {sender}")
    dialog(page).get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("main")).to_contain_text("Alerte {sender}")


def test_the_settings_are_for_everyone_and_fit_every_screen(ward, admin, open_page, check_every_screen) -> None:
    structures.reference_unit("2034", "", LONG_AGO)
    page = open_page(admin, "about:blank")
    for address in (
        "/admin/",
        "/admin/unites/",
        f"/admin/unites/{ward.unit.pk}/?tout=1",
        f"/admin/unites/{ward.unit.pk}/decrire/",
        f"/admin/lits/{ward.beds[0].pk}/",
        "/admin/parametres/",
        "/admin/parametres/departure_delay_minutes/",
        "/admin/modeles/",
        "/interop/structure/",
        "/interop/envois/",
        "/interop/destinataires/ajouter/",
    ):
        page.goto(address)
        check_every_screen(page)
