"""What did not get through: seen, understood, replayed or ignored, by those who may."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from amh.interop.actions import replays
from amh.interop.models import InboundMessage, MessageState
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.journeys.conftest import SCHEMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

URL = "/interop/messages/"


@pytest.fixture
def kept(send: Callable[[bytes], str]) -> None:
    """Three cancellations of nothing, and a message about nobody."""
    for number in range(3):
        send(adt("A13", ipp=f"{number}", visit=f"V{number}", name="SECRET^Anne"))
    send(adt("A28", ipp="").replace(b"^^^CLCC^PI", b""))


def work() -> None:
    """What a worker does."""
    while replays.step(at=timezone.now()):
        pass


def test_all_messages_of_a_reason_are_replayed(kept, open_page, check_accessible, check_every_screen) -> None:
    page: Page = open_page(a_user(Role.BED_MANAGER), URL)
    expect(page.get_by_role("heading", name="4 messages attendent")).to_be_visible()
    check_every_screen(page, schemes=SCHEMES)
    page.get_by_role("link", name="Rejouer les 3").click()
    dialog = page.locator("#dialogue")
    expect(dialog).to_contain_text("3 · Rien à annuler")
    check_accessible(page)
    dialog.get_by_role("button", name="Rejouer ces messages").dblclick()
    expect(page.get_by_role("heading", name="0 sur 3")).to_be_visible()
    check_every_screen(page, schemes=SCHEMES)
    work()
    expect(page.get_by_role("heading", name="C’est fini")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("0 appliqué, 3 toujours en quarantaine")


def test_a_message_is_read_where_its_fault_stands(kept, open_page, check_every_screen) -> None:
    page: Page = open_page(a_user(Role.BED_MANAGER), URL)
    page.get_by_role("link", name="3 messages : Rien à annuler").click()
    page.locator("tbody a[href*='/interop/messages/'] time").first.click()
    page.get_by_role("link", name="Aller à la faute").click()
    expect(page.locator("#faute")).to_be_in_viewport()
    expect(page.locator("#faute")).to_contain_text("Numéro du mouvement")
    expect(page.locator("main")).to_contain_text("SECRET^Anne")
    check_every_screen(page, schemes=SCHEMES)


def test_who_keeps_the_exchanges_going_ignores_a_message_and_takes_it_back(kept, open_page, check_every_screen) -> None:
    row = InboundMessage.objects.order_by("pk")[0]
    page: Page = open_page(a_user(Role.ADMINISTRATOR), f"{URL}{row.pk}/")
    expect(page.locator("main")).to_contain_text("•••")
    expect(page.locator("main")).not_to_contain_text("SECRET")
    check_every_screen(page)
    page.get_by_role("link", name="Ignorer…").click()
    dialog = page.locator("#dialogue")
    dialog.get_by_label("Autre motif").check()
    dialog.get_by_role("button", name="Ignorer ce message").click()
    expect(dialog.locator(".errorlist")).to_contain_text("Dire pourquoi")
    dialog.get_by_label("Précision").fill("Vu avec l’émetteur")
    dialog.get_by_role("button", name="Ignorer ce message").click()
    expect(page.locator("main")).to_contain_text("autre motif (Vu avec l’émetteur)")
    page.locator("#annonces").get_by_role("button", name="Annuler").click()
    expect(page.locator("main")).to_contain_text("Remis en quarantaine")
    row.refresh_from_db()
    assert row.state == MessageState.QUARANTINED


def test_the_filters_are_found_by_the_keyboard_and_stay(kept, open_page, check_accessible) -> None:
    page: Page = open_page(a_user(Role.BED_MANAGER), URL)
    page.get_by_text("Chercher et filtrer").press("Enter")
    page.get_by_label("Événement", exact=True).select_option("A28")
    page.get_by_label("Événement", exact=True).press("Tab")
    page.get_by_role("button", name="Afficher").press("Enter")
    expect(page.locator("#messages-titre ~ .scroll tbody tr")).to_have_count(1)
    assert "evenement=A28" in page.url
    expect(page.get_by_label("Événement", exact=True)).to_have_value("A28")
    check_accessible(page)
