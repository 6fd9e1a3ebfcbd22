"""Keep the board as one looks at it, come back by the menu, rename it, remove it: by mouse, keys and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from amh.core.models import SavedView
from amh.core.roles import Role
from tests.factories.people import a_user
from tests.journeys.conftest import PHONE, card, then_is_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_views(page: Page):
    """Unfold the list of views."""
    page.locator(".saved-views > summary").click()
    return page.locator("#vues")


def keep(page: Page, name: str, *, first: bool = False) -> None:
    """Save the board as it is shown."""
    open_views(page).get_by_text("Enregistrer cette vue…").click()
    page.get_by_label("Nom de la vue").fill(name)
    if first:
        page.get_by_label("S’ouvre en premier").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def test_a_view_is_kept_found_again_opened_first_renamed_and_removed(ward, open_page) -> None:
    manager = a_user(Role.BED_MANAGER)
    page = open_page(manager, "/lits/?unite=MED&etat=libre&q=201")
    then_is_live(page)
    keep(page, "Médecine, libres", first=True)
    expect(page.locator("#annonces")).to_contain_text("Vue « Médecine, libres » enregistrée.")
    expect(page.locator("#dialogue")).to_be_hidden()
    expect(open_views(page).locator("a[aria-current]")).to_have_text("Médecine, libres")

    page.goto("/lits/")
    expect(card(page, ward.other_bed)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"/lits/\?unite=MED&etat=libre$"))
    expect(card(page, ward.beds[0])).to_be_visible()
    expect(card(page, ward.other_bed)).to_have_count(0)
    page.get_by_role("link", name=re.compile("Tout l’hôpital")).click()
    expect(card(page, ward.other_bed)).to_be_attached()

    views = open_views(page)
    views.get_by_role("link", name="Modifier « Médecine, libres »").click()
    expect(page.get_by_label("Nom de la vue")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Libres ici")
    page.keyboard.press("Enter")
    expect(page.locator("#annonces")).to_contain_text("Vue « Libres ici » modifiée.")
    expect(page.locator(".saved-views > summary")).to_be_focused()

    open_views(page).get_by_role("link", name="Modifier « Libres ici »").click()
    page.get_by_role("button", name="Retirer cette vue").click()
    expect(page.locator("#annonces")).to_contain_text("Vue « Libres ici » retirée.")
    assert not SavedView.objects.filter(user=manager).exists()
    page.keyboard.press("u")
    expect(page.locator("#annonces")).to_contain_text("Vue « Libres ici » enregistrée.")
    assert SavedView.objects.get(user=manager).query == "unite=MED&etat=libre"


def test_a_name_that_is_taken_is_said_beside_its_field_and_views_of_two_people_do_not_meet(ward, open_page) -> None:
    first, second = (open_page(a_user(Role.BED_MANAGER)) for _ in range(2))
    keep(first, "La mienne")
    expect(first.locator("#annonces")).to_contain_text("enregistrée")
    keep(first, "la mienne")
    field = first.get_by_label("Nom de la vue")
    expect(first.locator("#dialogue")).to_contain_text("Une de vos vues porte déjà ce nom.")
    expect(field).to_be_focused()
    expect(field).to_have_value("la mienne")
    expect(open_views(second)).not_to_contain_text("La mienne")
    keep_again = second.locator("#vues").get_by_text("Enregistrer cette vue…")
    keep_again.click()
    second.get_by_label("Nom de la vue").fill("La mienne")
    second.keyboard.press("Enter")
    expect(second.locator("#annonces")).to_contain_text("Vue « La mienne » enregistrée.")


def test_every_step_is_accessible_and_fits_a_phone(ward, open_page, check_every_screen, check_accessible) -> None:
    user = a_user(Role.BED_MANAGER)
    page = open_page(user)
    keep(page, "Une vue dont le nom est aussi long que le champ le permet", first=True)
    expect(page.locator("#annonces")).to_contain_text("enregistrée")
    open_views(page)
    check_every_screen(page, schemes=("light", "dark"))
    page.locator("#vues").get_by_role("link", name=re.compile("Modifier")).click()
    check_accessible(page)
    page.set_viewport_size(PHONE)
    box = page.get_by_role("button", name="Enregistrer", exact=True).bounding_box()
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= PHONE["height"]
