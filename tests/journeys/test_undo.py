"""Take the last act back with one key, and see who changed what one has open: two people at once on the same beds."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import merges, preadmissions, reservations, stays, structures
from patients.models import Stay
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, fresh, present
from tests.journeys.conftest import PHONE, card, then_card_says, then_is_live
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def stephane():
    user = a_user(Role.BED_MANAGER)
    user.first_name, user.last_name = "Stéphane", "MOREAU"
    user.save()
    return user


def menu_of(page: Page, bed: Bed):
    """Open the menu of a bed."""
    card(page, bed).locator(".card-open").click()
    dialog = page.locator("#dialogue")
    expect(dialog).to_be_visible()
    return dialog


def menu_of_stay(page: Page, name: str):
    """Open the menu of somebody of a list."""
    page.get_by_role("region", name="Médecine").get_by_role("link", name=name).click()
    dialog = page.locator("#dialogue")
    expect(dialog.locator("[data-act]").first).to_be_visible()
    return dialog


def move(stay: Stay, bed: Bed, *, by, at) -> None:
    """Somebody else moves the patient."""
    stays.move(stay=stay, to=bed, by=by, at=at)


# The key u ------------------------------------------------------------------------------------------------------------


def test_u_takes_back_by_the_message_then_by_the_list_with_the_first_button_under_the_hand(
    ward, open_page, now
) -> None:
    first, second, third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - 2 * HOUR)
    manager = a_user(Role.BED_MANAGER)
    for place, bed in enumerate((second, third)):
        move(stay, bed, by=manager, at=now - (20 - place) * MINUTE)
    page = open_page(manager)
    then_is_live(page)
    card(page, first).locator(".card-open").focus()
    page.keyboard.press("n")
    then_card_says(page, first, "free")

    page.keyboard.press("u")
    then_card_says(page, first, "cleaning")
    expect(page.locator("#annonces")).to_contain_text("Lit 201 F : bionettoyage annulé.")

    page.keyboard.press("u")
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog.get_by_role("listitem").first).to_contain_text("Lit 202 1 attribué : DURAND Anne")
    expect(dialog.get_by_role("listitem").last).to_contain_text("Un acte plus récent en dépend")
    expect(dialog.get_by_role("button", name="Annuler : Lit 202 1 attribué : DURAND Anne")).to_be_focused()
    page.keyboard.press("Enter")
    then_card_says(page, second, "occupied", "DURAND Anne")
    expect(page.locator("#annonces")).to_contain_text("Annulé : Lit 202 1 attribué : DURAND Anne.")
    expect(dialog).to_be_hidden()

    page.keyboard.press("u")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Enter")
    then_card_says(page, first, "occupied", "DURAND Anne")
    page.keyboard.press("u")
    expect(dialog).to_contain_text("Rien à annuler")


def test_what_another_person_made_impossible_is_said_and_the_enter_key_takes_back_nothing(
    ward, open_page, now, stephane
) -> None:
    first, second, third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - 2 * HOUR)
    manager = a_user(Role.BED_MANAGER)
    page = open_page(manager)
    then_is_live(page)
    move(stay, second, by=manager, at=now - 5 * MINUTE)
    other = present(third, patient=a_patient("MARTIN"), at=now - HOUR)
    page.keyboard.press("u")
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()
    move(other, first, by=stephane, at=now - 4 * MINUTE)
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Le lit 201 F est occupé par MARTIN Anne depuis")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("u")
    reason = dialog.locator(".help")
    expect(reason).to_contain_text("Le lit 201 F est occupé par MARTIN Anne depuis")
    expect(reason).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert stay.placements.get(ends_at=None).bed == second


def test_the_list_is_accessible_and_can_be_reached_without_a_keyboard(
    ward, open_page, now, check_every_screen, check_accessible
) -> None:
    manager = a_user(Role.BED_MANAGER)
    for place, bed in enumerate(ward.beds):
        stay = present(bed, patient=a_patient("DURAND-LANGLOIS DE LA TOUR"), at=now - 2 * HOUR)
        stays.discharge(stay=stay, by=manager, at=now - (9 - place) * MINUTE)
    page = open_page(manager)
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Mes actes").click()
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    assert dialog.get_by_role("button", name="Annuler").first.bounding_box()["height"] >= 44
    check_every_screen(page, schemes=("light", "dark"))
    dialog.get_by_role("button", name="Annuler").nth(2).click()
    then_card_says(page, ward.beds[0], "occupied")
    page.goto("/lits/mes-actes/")
    expect(page.get_by_role("listitem").filter(has_text="Sortie enregistrée")).to_have_count(2)
    check_accessible(page)


# modifié par … --------------------------------------------------------------------------------------------------------


def test_a_menu_and_a_form_say_who_changed_the_bed_when_and_what(ward, open_page, now, stephane) -> None:
    first, second, third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - 2 * HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    dialog = menu_of(page, first)
    move(stay, second, by=stephane, at=now)
    expect(dialog).to_contain_text("Modifié par Stéphane M. (gestionnaire des lits) à ")
    expect(dialog).to_contain_text(": mutation. Fermer puis rouvrir pour voir la situation actuelle.")
    expect(card(page, first).locator(".changed")).to_have_text("modifié par Stéphane M.")
    page.keyboard.press("Escape")
    then_card_says(page, first, "cleaning")

    card(page, third).locator(".card-open").focus()
    page.keyboard.press("f")
    page.get_by_label("Motif").select_option("works")
    guest = expected(ward.unit, patient=a_patient("MARTIN"), at=now - HOUR)
    reservations.reserve(stay=guest, bed=third, expected_at=now + HOUR, by=stephane, at=now)
    expect(dialog).to_contain_text(": réservation. La saisie est gardée ; elle sera vérifiée à l’envoi.")
    expect(card(page, third).locator(".changed")).to_have_text("modifié par Stéphane M.")
    page.get_by_role("button", name="Fermer", exact=True).last.click()
    expect(dialog).to_contain_text("Le lit 202 1 est réservé pour MARTIN Anne")
    expect(page.get_by_label("Motif")).to_have_value("works")


def test_somebody_without_a_bed_who_gets_one_is_said_in_their_menu(ward, open_page, now, stephane) -> None:
    stay = present(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    dialog = menu_of_stay(page, "DURAND Anne")
    bed_actions.close(bed=ward.beds[2], reason="works", by=stephane, at=now)
    then_card_says(page, ward.beds[2], "closed")
    expect(dialog).not_to_contain_text("Modifié par")
    move(stay, ward.beds[0], by=stephane, at=now)
    expect(dialog).to_contain_text("Modifié par Stéphane M. (gestionnaire des lits) à ")


# What is open and is no more ------------------------------------------------------------------------------------------


def test_a_bed_that_goes_out_of_service_under_its_menu_and_under_a_form(ward, open_page, now) -> None:
    first, _second, third = ward.beds
    present(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    dialog = menu_of(page, first)
    structures.retire_bed(bed=first, by=None, at=now)
    expect(dialog).to_contain_text("Des lits ou des unités ont changé : le plan se recharge à la fermeture")
    dialog.locator("[data-act=place]").click()
    expect(dialog).to_contain_text("Le lit 201 F n’est plus en service.")
    page.keyboard.press("Escape")
    expect(card(page, first)).to_have_count(0)
    then_is_live(page)

    card(page, third).locator(".card-open").focus()
    page.keyboard.press("p")
    page.get_by_label("Patient", exact=True).select_option(index=1)
    chosen = page.get_by_label("Patient", exact=True).input_value()
    structures.retire_bed(bed=third, by=None, at=now)
    expect(dialog).to_contain_text("Ce qui est saisi peut encore être envoyé.")
    page.get_by_role("button", name="Attribuer ce lit").click()
    expect(dialog).to_contain_text("n’est plus en service")
    assert page.get_by_label("Patient", exact=True).input_value() == chosen


def test_a_stay_that_is_called_off_or_merged_or_over_under_its_menu(ward, open_page, now, stephane) -> None:
    awaited = expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR, expected_at=now + MINUTE)
    here = present(ward.beds[0], patient=a_patient("MARTIN"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)

    page.locator("summary", has_text="Attendus ce jour").click()
    dialog = menu_of_stay(page, "DURAND Anne")
    preadmissions.cancel(stay=awaited, reason="not_come", by=stephane, at=now)
    expect(dialog).to_contain_text("Modifié par Stéphane M. (gestionnaire des lits) à ")
    dialog.locator("[data-act=reschedule]").click()
    expect(dialog).to_contain_text("Ce séjour est annulé.")
    page.keyboard.press("Escape")

    dialog = menu_of(page, ward.beds[0])
    stays.discharge(stay=here, by=stephane, at=now)
    expect(dialog).to_contain_text(": sortie.")
    dialog.locator("[data-act=move]").click()
    expect(dialog).to_contain_text("Ce patient est sorti")
    page.keyboard.press("Escape")
    then_card_says(page, ward.beds[0], "cleaning")


def test_a_form_about_a_patient_whose_record_is_merged_meanwhile_does_its_act(ward, open_page, now) -> None:
    stay = present(ward.beds[0], patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    dialog = menu_of(page, ward.beds[0])
    dialog.locator("[data-act=move]").click()
    page.get_by_label("Vers le lit").select_option(label="202 1")
    survivor = a_patient("MARTIN", first_names="Paule")
    office = a_user(Role.ADMISSIONS_OFFICE)
    merges.merge(survivor=survivor, merged=stay.patient, reason="doublon", by=office, at=now, confirmed=True)
    expect(dialog).to_contain_text(f"Modifié par {office.username} (bureau des entrées) à ")
    page.get_by_role("button", name="Installer dans ce lit").click()
    then_card_says(page, ward.beds[2], "occupied", "MARTIN Paule")
    assert fresh(stay).patient_id == survivor.pk
