"""The numbers above the cards follow every act, on every open board, and say what a page opened anew says."""

from datetime import timedelta
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from amh.board.addresses import DENSITIES, VIEWS, View
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, reservations, stays
from patients.models import Certainty
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, present
from tests.journeys.conftest import card, then_is_live
from tests.lengths import some
from wards.models import ClosureReason

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)
PATIENCE = 60
"""Tenths of a second that a change may take to be everywhere, on a busy machine."""
NUMBERS = """
[...document.querySelectorAll("[data-count], [data-tile], #attente li a, #attente li > span, [data-oldest], .load")]
  .map((element) => [element.checkVisibility(), element.textContent.replace(/\\s+/g, " ").trim()])
"""


def then_says_what_a_fresh_page_says(page: Page) -> None:
    """What the page has added up by itself is what the server says to whoever opens it now."""
    fresh = page.context.new_page()
    fresh.goto(page.url)
    then_is_live(fresh)
    said = fresh.evaluate(NUMBERS)
    fresh.close()
    for _ in range(PATIENCE):
        if page.evaluate(NUMBERS) == said:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(NUMBERS) == said


@pytest.mark.parametrize("address", some(["/lits/?unite=MED", "/lits/", "/lits/?vue=colonnes&etat=occupe"]))
def test_the_numbers_follow_every_act(ward, open_page, now, address) -> None:
    first, second, third = ward.beds
    waiting = present(ward.unit, patient=a_patient("Sanslit"), at=now - 2 * HOUR)
    awaited = expected(ward.other, patient=a_patient("Attendu"), expected_at=now + HOUR, at=now - HOUR)
    lying = present(first, patient=a_patient("Durand"), at=now - 3 * HOUR)
    page = open_page(a_user(Role.BED_MANAGER), address)
    then_is_live(page)
    expect(page.locator("#attente")).to_contain_text("SANSLIT")
    page.evaluate("window.untouched = true")

    stays.move(stay=waiting, to=second, by=None, at=now)
    expect(page.locator("#attente")).to_have_text("Personne.")
    then_says_what_a_fresh_page_says(page)
    soon = now + timedelta(minutes=1)
    expected_discharges.expect(stay=lying, expected_at=soon, certainty=Certainty.CERTAIN, by=None, at=now)
    then_says_what_a_fresh_page_says(page)
    reservations.reserve(stay=awaited, bed=third, expected_at=now + HOUR, by=None, at=now)
    then_says_what_a_fresh_page_says(page)
    stays.discharge(stay=lying, by=None, at=now)
    then_says_what_a_fresh_page_says(page)
    bed_actions.close(bed=ward.other_bed, reason=ClosureReason.WORKS, by=None, at=now)
    then_says_what_a_fresh_page_says(page)
    assert page.evaluate("window.untouched")


def test_who_waits_is_reached_from_the_top_and_placed(ward, open_page, now) -> None:
    present(ward.unit, patient=a_patient("Sanslit"), at=now - timedelta(minutes=130))
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    expect(page.locator("#attente time")).to_have_text("2 h 10")
    page.locator("#attente").get_by_role("link", name="SANSLIT").click()
    expect(page.get_by_role("dialog")).to_contain_text("Sans lit · présent depuis")
    page.keyboard.press("Escape")
    expect(page.locator("#attente a")).to_be_focused()


def test_how_long_is_counted_by_the_clock_of_the_server(ward, open_page, now) -> None:
    present(ward.unit, patient=a_patient("Sanslit"), at=now - timedelta(minutes=40))
    page = open_page(a_user(Role.BED_MANAGER))
    page.clock.install(time=now + timedelta(days=400))
    page.reload()
    then_is_live(page)
    expect(page.locator("#attente time")).to_have_text("40 min")


def test_the_arrows_walk_every_view(ward, open_page) -> None:
    first, second, third = ward.beds
    page = open_page(a_user(Role.BED_MANAGER))
    for view, density in some(list(product(VIEWS, DENSITIES)), one_in=2):
        page.goto(f"/lits/?unite=MED&vue={view}&densite={density}")
        card(page, first).locator(".card-open").focus()
        page.keyboard.press("ArrowRight")
        expect(card(page, second).locator(".card-open")).to_be_focused()
        page.keyboard.press("ArrowLeft")
        expect(card(page, first).locator(".card-open")).to_be_focused()
        page.keyboard.press("ArrowDown")
        below = {View.COLUMNS: third, View.LIST: second}.get(view, first)
        expect(card(page, below).locator(".card-open")).to_be_focused()


def test_a_filter_keeps_the_places_of_the_plan(ward, open_page, now) -> None:
    first, second, _third = ward.beds
    lying = present(second, patient=a_patient("Durand"), at=now - HOUR)
    manager = a_user(Role.BED_MANAGER)
    place = "document.querySelector('[data-bed=\"MED-201-P\"]').getBoundingClientRect().left"
    whole = open_page(manager, "/lits/?vue=plan").evaluate(place)
    page = open_page(manager, "/lits/?vue=plan&etat=occupe")
    assert page.evaluate(place) == whole
    expect(page.locator(".card")).to_have_count(1)
    then_is_live(page)
    stays.move(stay=lying, to=first, by=None, at=now)
    expect(card(page, first)).to_be_visible()
    expect(card(page, second)).to_be_hidden()
    assert page.evaluate(place) == whole
