"""A patient expected from the record, who comes without a bed, is given one, and all of it taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.models import Stay, StayState
from tests.factories.people import a_patient, a_user
from tests.factories.presences import fresh, present
from tests.factories.records import a_practitioner
from tests.journeys.conftest import PHONE, then_card_says, then_is_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


def back(page: Page) -> None:
    """Take back the last act from the sentence that says it."""
    page.locator("#annonces").get_by_role("button", name="Annuler").click()


def open_menu(page: Page, listing: str) -> None:
    """Open the menu of DURAND, who stands on a list of the unit."""
    people = page.locator(f"[data-list={listing}]")
    expect(people).to_contain_text("DURAND Anne")
    if people.locator("summary").count() and not people.evaluate("list => list.open"):
        people.locator("summary").click()
    people.get_by_role("link", name="DURAND Anne").click()
    expect(page.locator("#dialogue .acts").first).to_be_visible()


def test_from_the_expectation_to_a_bed_and_back(ward, open_page, now, check_accessible) -> None:
    who, doctor = a_patient("DURAND"), a_practitioner("Martin")
    Stay.objects.filter(pk=present(ward.other_bed, at=now - HOUR).pk).update(practitioner=doctor)
    amh = a_user(Role.AMH, ward.unit)
    page, other = open_page(amh, f"/patients/{who.pk}/"), open_page(a_user(Role.BED_MANAGER))
    then_is_live(other)
    dialog, clock = page.locator("#dialogue"), timezone.localtime(now)

    page.get_by_role("link", name="Prévoir un séjour").click()
    expect(dialog.get_by_label("Unité")).to_have_value(str(ward.unit.pk))
    check_accessible(page)
    dialog.get_by_label("Arrivée prévue").fill(f"{clock - HOUR:%Y-%m-%dT%H:%M}")
    dialog.get_by_label("Médecin responsable").select_option(label="MARTIN Luc")
    dialog.get_by_role("button", name="Prévoir ce séjour").click()
    expect(dialog).to_contain_text("Cette heure est passée.")
    dialog.get_by_label("Arrivée prévue").fill(f"{clock + timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="Prévoir ce séjour").dblclick()
    expect(page.locator("#annonces")).to_contain_text("Séjour prévu : Médecine")
    expect(page.locator("#sejours")).to_contain_text("Dr MARTIN Luc")
    expect(other.locator("[data-list=awaited]")).to_contain_text("Attendus ce jour · 1")
    stay = who.stays.get()

    page.get_by_role("link", name="Ne vient pas").click()
    dialog.get_by_label("n’est pas venu").check()
    dialog.get_by_role("button", name="Annuler ce séjour").click()
    expect(page.locator("#sejours")).to_contain_text("Séjours annulés · 1")
    expect(other.locator("[data-list=awaited]")).to_have_count(0)
    check_accessible(page)
    back(page)
    expect(page.locator("#annonces")).to_contain_text("Le patient est de nouveau attendu.")

    page.goto("/lits/")
    then_is_live(page)
    open_menu(page, "awaited")
    page.keyboard.press("a")
    expect(dialog).to_contain_text("Arrivée sans lit")
    page.keyboard.press("Enter")
    expect(other.locator("[data-list=waiting]")).to_contain_text("Sans lit · 1")
    open_menu(page, "waiting")
    page.keyboard.press("m")
    dialog.get_by_label("Vers le lit").select_option(label="201 F")
    page.keyboard.press("Enter")
    then_card_says(other, ward.beds[0], "occupied", "DURAND Anne")
    back(page)
    expect(other.locator("[data-list=waiting]")).to_contain_text("DURAND Anne")
    open_menu(page, "waiting")
    dialog.locator("[data-act=undo]").click()
    expect(other.locator("[data-list=awaited]")).to_contain_text("DURAND Anne")
    assert fresh(stay).state == StayState.EXPECTED

    phone = open_page(amh, f"/patients/{who.pk}/", viewport=PHONE)
    phone.get_by_role("link", name="Changer l’heure").click()
    expect(phone.locator("#dialogue").get_by_label("Arrivée prévue")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
