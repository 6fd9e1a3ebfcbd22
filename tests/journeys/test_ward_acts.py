"""The other acts of the ward, at the keyboard and on two screens at once: exchange, leave, doubt, death, the lounge."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from amh.core.models import Session
from amh.core.roles import Role
from patients.actions import departures
from patients.models import Movement, MovementKind, StayState
from tests.factories.people import a_patient, a_user
from tests.factories.presences import fresh, present, told
from tests.journeys.conftest import arrives, card, then_card_says, then_is_live
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def focus(page: Page, bed: Bed) -> None:
    """Put the focus on a bed, as the arrows do."""
    card(page, bed).locator(".card-open").focus()


def press(page: Page, bed: Bed, letter: str, field: str) -> Locator:
    """Press a letter on a bed and wait for the form that it opens, at its first field."""
    focus(page, bed)
    page.keyboard.press(letter)
    first = page.locator(f"#dialogue [name={field}]")
    expect(first).to_be_focused()
    return first


def back(page: Page) -> None:
    """Take back the last act from the sentence that says it."""
    page.locator("#annonces").get_by_role("button", name="Annuler").click()


def test_exchange_leave_and_certainty_by_keyboard_alone_before_another_screen(ward, open_page, now) -> None:
    first, second, _third = ward.beds
    present(first, patient=a_patient("DURAND"), at=now - HOUR)
    present(second, patient=a_patient("MARTIN"), at=now - HOUR)
    page, other = open_page(a_user(Role.NURSE, ward.unit)), open_page(a_user(Role.BED_MANAGER))
    for screen in (page, other):
        then_is_live(screen)

    press(page, first, "e", "other")
    page.keyboard.type("201 P")
    page.keyboard.press("Enter")
    for screen in (page, other):
        then_card_says(screen, first, "occupied", "MARTIN Anne")
        then_card_says(screen, second, "occupied", "DURAND Anne")
    back(page)
    then_card_says(other, first, "occupied", "DURAND Anne")

    press(page, first, "d", "expected_at").fill(f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.keyboard.press("Enter")
    expect(page.locator("#dialogue")).to_be_hidden()
    focus(page, first)
    page.keyboard.press("c")
    then_card_says(other, first, "occupied", "certaine")

    press(page, first, "a", "effective_at")
    page.keyboard.press("Enter")
    then_card_says(other, first, "occupied", "en permission, retour")
    expect(other.locator("[data-list=leave]")).to_contain_text("En permission · 1")
    expect(page.locator("#dialogue")).to_be_hidden()
    press(page, first, "a", "effective_at")
    page.keyboard.press("Enter")
    expect(card(other, first)).not_to_contain_text("en permission")
    expect(other.locator("[data-list=leave]")).to_have_count(0)


def test_a_doubt_is_answered_by_one_click_and_taken_back(ward, open_page, now) -> None:
    first, second, _third = ward.beds
    present(first, patient=a_patient("DURAND"), at=now - 3 * HOUR)
    newcomer = present(second, patient=a_patient("MARTIN"), at=now - 2 * HOUR)
    page, other = open_page(a_user(Role.AMH, ward.unit)), open_page(a_user(Role.BED_MANAGER))
    for screen in (page, other):
        then_is_live(screen)
    with transaction.atomic():
        told(newcomer, MovementKind.TRANSFER, at=now - HOUR, place=first)
    for screen in (page, other):
        then_card_says(screen, first, "occupied", "DURAND Anne", "lit à confirmer")
        expect(screen.locator("[data-count=to_confirm]")).to_have_text("1")

    focus(page, first)
    page.keyboard.press("q")
    dialog = page.locator("#dialogue")
    expect(dialog).to_contain_text("Qui est dans le lit 201 F ?")
    expect(dialog.get_by_role("button", name="L’autre est parti")).to_be_focused()
    dialog.get_by_role("button", name="Échange").dblclick()
    for screen in (page, other):
        then_card_says(screen, first, "occupied", "MARTIN Anne")
        then_card_says(screen, second, "occupied", "DURAND Anne")
        expect(screen.locator("[data-count=to_confirm]")).to_have_text("0")
    assert Movement.objects.filter(kind=MovementKind.TRANSFER).count() == 2
    back(page)
    then_card_says(other, first, "occupied", "DURAND Anne", "lit à confirmer")


def test_a_death_shows_nothing_but_a_bed_that_is_not_given(ward, open_page, now) -> None:
    bed = ward.beds[0]
    present(bed, patient=a_patient("DURAND"), at=now - HOUR)
    page, cleaner = open_page(a_user(Role.NURSE, ward.unit)), open_page(a_user(Role.HOUSEKEEPING))
    wall = open_page(a_user(Role.WALL))
    assert wall.url.endswith("/lits/?mode=mural")
    for screen in (page, cleaner, wall):
        then_is_live(screen)
    card(page, bed).locator(".card-open").click()
    page.get_by_role("link", name="Décès…").click()
    expect(page.locator("#dialogue")).to_contain_text("Le nom disparaît de tous les écrans.")
    page.get_by_role("button", name="Enregistrer le décès").click()
    for screen in (page, cleaner, wall):
        then_card_says(screen, bed, "blocked", "ne pas attribuer")
        assert [word for word in ("DURAND", "écès", "écédé") if word in screen.locator("main").inner_text()] == []
    focus(cleaner, bed)
    cleaner.keyboard.press("Enter")
    expect(cleaner.locator("#dialogue")).to_contain_text("ne pas attribuer")
    assert "corps" not in cleaner.locator("#dialogue").inner_text()

    focus(page, bed)
    page.keyboard.press("s")
    page.get_by_role("button", name="Enregistrer le départ du corps").click()
    for screen in (page, wall):
        then_card_says(screen, bed, "cleaning")


def test_a_list_stays_unfolded_under_the_hand_and_leads_to_every_act(ward, open_page, now) -> None:
    first, second, _third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - HOUR)
    departures.to_lounge(stay=stay, by=None, at=now - HOUR / 2)
    page = open_page(a_user(Role.NURSE, ward.unit))
    then_is_live(page)
    lounge = page.locator("[data-list=lounge]")
    lounge.locator("summary").focus()
    page.keyboard.press("Enter")
    arrives(a_patient("MARTIN"), second, at=now - HOUR)
    then_card_says(page, second, "occupied", "MARTIN Anne")
    expect(lounge.locator("summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.locator("#dialogue")
    expect(dialog.locator("[data-act=discharge]")).to_be_focused()
    page.keyboard.press("s")
    field = dialog.locator("[name=reason]")
    field.fill("avec sa fille")
    Session.objects.all().delete()
    page.get_by_role("button", name="Enregistrer la sortie").click()
    expect(dialog.locator("[role=alert]")).to_be_visible()
    expect(field).to_have_value("avec sa fille")
    assert fresh(stay).state == StayState.LOUNGE


def test_a_unit_is_closed_ahead_and_the_record_opens_from_the_bed(ward, open_page, now) -> None:
    first, *_others = ward.beds
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    focus(page, first)
    page.keyboard.press("f")
    page.get_by_label("toute l’unité Médecine, 3 lits").check()
    page.get_by_label("Motif").select_option(label="effectif")
    page.get_by_role("button", name="Fermer", exact=True).last.click()
    for bed in ward.beds:
        then_card_says(page, bed, "closed", "effectif")
    focus(page, first)
    page.keyboard.press("f")
    expect(page.get_by_label("Les 3 lits fermés ensemble")).to_be_checked()
    page.get_by_role("button", name="Lever maintenant").click()
    for bed in ward.beds:
        then_card_says(page, bed, "free")

    arrives(a_patient("DURAND"), first, at=now - HOUR)
    then_card_says(page, first, "occupied", "DURAND Anne")
    focus(page, first)
    page.keyboard.press("v")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dossier du patient")
    page.go_back()
    then_card_says(page, first, "occupied", "DURAND Anne")
