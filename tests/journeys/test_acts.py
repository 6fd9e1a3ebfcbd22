"""Place, move, discharge and clean from the board: by mouse, by keyboard alone, on a phone, and when it goes wrong."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.models import Session
from amh.core.roles import Role
from patients.models import Movement, MovementKind, Placement
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, present
from tests.journeys.conftest import PHONE, card, session_of, then_card_says, then_is_live
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def open_bed(page: Page, bed: Bed) -> None:
    """Open the dialog of a bed with the mouse."""
    card(page, bed).locator(".card-open").click()
    expect(page.locator("#dialogue")).to_be_visible()


def choose(page: Page, text: str) -> None:
    """Press a button or link of the dialog."""
    page.locator("#dialogue").get_by_text(text, exact=False).first.click()


def test_the_whole_stay_by_mouse_but_for_what_is_not_allowed(ward, open_page, now) -> None:
    expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    present(ward.other_bed, at=now - HOUR)
    page = open_page(a_user(Role.AMH, ward.unit))
    then_is_live(page)
    first, second, _third = ward.beds

    open_bed(page, ward.other_bed)
    expect(page.locator("#dialogue [data-act=discharge]")).to_be_disabled()
    expect(page.locator("#dialogue")).to_contain_text("Votre rôle ne permet pas cette action dans cette unité.")
    page.keyboard.press("Escape")

    open_bed(page, first)
    choose(page, "Attribuer ce lit…")
    page.get_by_label("Patient", exact=True).select_option(index=1)
    page.get_by_role("button", name="Attribuer ce lit").click()
    then_card_says(page, first, "occupied", "DURAND Anne", "J0")

    open_bed(page, first)
    choose(page, "Muter vers…")
    page.get_by_label("Vers le lit").select_option(label="201 P")
    page.get_by_role("button", name="Installer dans ce lit").click()
    then_card_says(page, second, "occupied", "DURAND Anne")
    then_card_says(page, first, "cleaning")

    open_bed(page, first)
    choose(page, "Lit propre")
    then_card_says(page, first, "free", "propre")

    open_bed(page, second)
    choose(page, "Sortie…")
    page.get_by_role("button", name="Enregistrer la sortie").click()
    then_card_says(page, second, "cleaning")

    page.locator("#annonces").get_by_role("button", name="Annuler").click()
    then_card_says(page, second, "occupied", "DURAND Anne")


def test_place_move_and_discharge_by_keyboard_alone(ward, open_page, now) -> None:
    expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.AMH, ward.unit))
    then_is_live(page)
    first, second, _third = ward.beds
    dialog = page.locator("#dialogue")

    page.keyboard.press("ArrowRight")
    expect(card(page, first).locator(".card-open")).to_be_focused()
    page.keyboard.press("p")
    expect(page.get_by_label("Patient", exact=True)).to_be_focused()
    page.keyboard.type("DUR")
    page.keyboard.press("Enter")
    then_card_says(page, first, "occupied", "DURAND Anne")
    expect(dialog).to_be_hidden()
    expect(card(page, first).locator(".card-open")).to_be_focused()

    page.keyboard.press("m")
    expect(page.get_by_label("Vers le lit")).to_be_focused()
    page.keyboard.type("201 P")
    page.keyboard.press("Enter")
    then_card_says(page, second, "occupied", "DURAND Anne")

    page.keyboard.press("ArrowRight")
    expect(card(page, second).locator(".card-open")).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_label("Vers (facultatif)")).to_be_focused()
    page.keyboard.press("Enter")
    then_card_says(page, second, "cleaning")
    page.keyboard.press("n")
    then_card_says(page, second, "free")


def test_what_is_typed_takes_one_choice_never_its_neighbour(ward, open_page, now) -> None:
    first, second, third = ward.beds
    present(first, patient=a_patient("MARTIN"), at=now - HOUR)
    present(second, at=now - HOUR)
    for name in ("DURAND", "DURIEUX"):
        expected(ward.unit, patient=a_patient(name), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    dialog = page.locator("#dialogue")
    card(page, first).locator(".card-open").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_label("Vers le lit")).to_be_focused()
    page.keyboard.type("201 P")
    expect(dialog).to_contain_text("Aucun choix ne commence par « 201 P ».")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vers le lit")).to_have_attribute("aria-invalid", "true")
    assert Placement.objects.filter(ends_at=None, bed=first).exists()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    card(page, third).locator(".card-open").focus()
    page.keyboard.press("p")
    expect(page.get_by_label("Patient", exact=True)).to_be_focused()
    page.keyboard.type("dur")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("2 choix commencent par « dur »")
    page.keyboard.type("i")
    page.keyboard.press("Enter")
    then_card_says(page, third, "occupied", "DURIEUX Anne")


def test_on_a_phone(ward, open_page, now) -> None:
    expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.NURSE, ward.unit), viewport=PHONE, has_touch=True, is_mobile=True)
    then_is_live(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    card(page, ward.beds[0]).locator(".card-open").tap()
    button = page.locator("#dialogue [data-act=place]")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    page.get_by_label("Patient", exact=True).select_option(index=1)
    page.get_by_role("button", name="Attribuer ce lit").tap()
    then_card_says(page, ward.beds[0], "occupied", "DURAND Anne")


def test_the_second_of_two_people_reads_who_holds_the_bed(ward, open_page, now) -> None:
    for name in ("PREMIERE", "SECONDE"):
        expected(ward.unit, patient=a_patient(name), at=now - HOUR)
    bed = ward.beds[0]
    pages = [open_page(a_user(Role.BED_MANAGER)) for _ in range(2)]
    for page, name in zip(pages, ("PREMIERE", "SECONDE"), strict=True):
        then_is_live(page)
        open_bed(page, bed)
        choose(page, "Attribuer ce lit…")
        option = page.get_by_label("Patient", exact=True).locator("option", has_text=name).get_attribute("value")
        page.get_by_label("Patient", exact=True).select_option(option)
    pages[0].get_by_role("button", name="Attribuer ce lit").click()
    then_card_says(pages[0], bed, "occupied", "PREMIERE")
    pages[1].get_by_role("button", name="Attribuer ce lit").click()
    expect(pages[1].locator("#dialogue")).to_contain_text("est occupé par PREMIERE Anne depuis")
    assert pages[1].get_by_label("Patient", exact=True).locator("option:checked").inner_text().startswith("SECONDE")
    assert Placement.objects.count() == 1


def test_a_discharge_that_goes_wrong_loses_nothing_and_is_done_once(ward, open_page, served, now) -> None:
    present(ward.beds[0], at=now - HOUR)
    nurse = a_user(Role.NURSE, ward.unit)
    page = open_page(nurse)
    open_bed(page, ward.beds[0])
    choose(page, "Sortie…")
    field = page.get_by_label("Heure effective du départ")
    proposed = field.input_value()
    field.fill(f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Enregistrer la sortie").click()
    expect(page.locator("#dialogue")).to_contain_text("est dans le futur")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}")

    field.fill(proposed)
    Session.objects.all().delete()
    page.get_by_role("button", name="Enregistrer la sortie").click()
    expect(page.locator("#dialogue [role=alert]")).to_contain_text("La session est terminée")
    expect(field).to_have_value(proposed)

    page.context.add_cookies([{"name": "sessionid", "value": session_of(nurse), "url": served}])
    page.get_by_role("button", name="Enregistrer la sortie").dblclick()
    then_card_says(page, ward.beds[0], "cleaning")
    assert Movement.objects.filter(kind=MovementKind.DISCHARGE).count() == 1


def test_the_back_button_shows_the_truth(ward, open_page, now) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    page.goto("/interop/messages/")
    present(ward.beds[0], patient=a_patient("DURAND"), at=now - HOUR)
    page.go_back()
    then_card_says(page, ward.beds[0], "occupied", "DURAND Anne")
