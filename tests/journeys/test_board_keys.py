"""The whole board by keyboard alone: each act with its keys counted, and no page loaded that is not asked for."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import expected_discharges
from patients.models import Certainty
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, fresh, present
from tests.journeys.conftest import Ward, card, then_card_says, then_is_live
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


class Keyboard:
    """Presses keys and counts them, and the pages that were loaded since it was made."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.loads = 0
        page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        """Press each key; what it opens may be waited for between two calls."""
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def type(self, words: str) -> None:
        """One key for each letter."""
        self.page.keyboard.type(words)
        self.keys += len(words)

    def tab_to(self, name: str) -> None:
        """Go with the tab key to the link or button of this name."""
        for _ in range(60):
            self.press("Tab")
            if name in self.page.evaluate("document.activeElement.textContent"):
                return
        pytest.fail(f"« {name} » is never reached")

    def has_cost(self) -> tuple[int, int]:
        """Keys and page loads since the last time it was asked."""
        self.page.wait_for_load_state("load")
        cost = (self.keys, self.loads)
        self.keys = self.loads = 0
        return cost


@pytest.fixture
def keyboard(ward: Ward, open_page: Callable[..., Page], now) -> Keyboard:
    """The board of a bed manager: DURAND in 201 F, MARTIN in 201 P, somebody expected and the bed 202 1 free."""
    first, second, _third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - HOUR)
    present(second, patient=a_patient("MARTIN"), at=now - HOUR)
    expected(ward.unit, patient=a_patient("PETIT"), at=now - HOUR)
    tomorrow = now + timedelta(days=1)
    expected_discharges.expect(stay=fresh(stay), expected_at=tomorrow, certainty=Certainty.POSSIBLE, by=None, at=now)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    return Keyboard(page)


def stand(keyboard: Keyboard, bed: Bed) -> None:
    """Stand on a bed, from where the arrows would go on: not counted."""
    expect(keyboard.page.locator("#dialogue")).to_be_hidden()
    card(keyboard.page, bed).locator(".card-open").focus()


def then_asks(keyboard: Keyboard, label: str) -> None:
    """Wait until the form has put the focus into its first field."""
    expect(keyboard.page.get_by_label(label, exact=True)).to_be_focused()


def test_placing_moving_exchanging_leaving_and_cleaning(ward, keyboard) -> None:
    page = keyboard.page
    first, second, third = ward.beds
    stand(keyboard, third)
    keyboard.press("p")
    then_asks(keyboard, "Patient")
    keyboard.type("PE")
    keyboard.press("Enter")
    then_card_says(page, third, "occupied", "PETIT")
    assert keyboard.has_cost() == (4, 0)

    stand(keyboard, second)
    keyboard.press("e")
    expect(page.locator("#dialogue [name=other]")).to_be_focused()
    keyboard.type("201 F")
    keyboard.press("Enter")
    then_card_says(page, first, "occupied", "MARTIN")
    assert keyboard.has_cost() == (7, 0)

    stand(keyboard, third)
    keyboard.press("s")
    then_asks(keyboard, "Vers (facultatif)")
    keyboard.press("Enter")
    then_card_says(page, third, "cleaning")
    assert keyboard.has_cost() == (2, 0)

    stand(keyboard, third)
    keyboard.press("n")
    then_card_says(page, third, "free")
    assert keyboard.has_cost() == (1, 0)

    stand(keyboard, second)
    keyboard.press(" ", "ArrowRight", "Enter")
    then_card_says(page, third, "occupied", "DURAND")
    assert keyboard.has_cost() == (3, 0)

    keyboard.press("u")
    then_card_says(page, second, "occupied", "DURAND")
    assert keyboard.has_cost() == (1, 0)

    stand(keyboard, second)
    keyboard.press("m")
    then_asks(keyboard, "Vers le lit")
    keyboard.type("202")
    keyboard.press("Enter")
    then_card_says(page, third, "occupied", "DURAND")
    assert keyboard.has_cost() == (5, 0)


def test_certainty_reserving_closing_and_the_way_back(ward, keyboard) -> None:
    page = keyboard.page
    first, _second, third = ward.beds
    stand(keyboard, first)
    keyboard.press("c")
    then_card_says(page, first, "occupied", "certaine")
    assert keyboard.has_cost() == (1, 0)

    stand(keyboard, third)
    keyboard.press("f")
    expect(page.locator("#dialogue form[data-keep]")).to_be_visible()
    while page.evaluate("document.activeElement.name") != "reason":
        keyboard.press("Tab")
    keyboard.type("tra")
    keyboard.press("Enter")
    then_card_says(page, third, "closed", "travaux")
    keys, loads = keyboard.has_cost()
    assert (keys <= 8, loads) == (True, 0)

    keyboard.press("u")
    then_card_says(page, third, "free")
    assert keyboard.has_cost() == (1, 0)


def test_filter_view_search_and_back(ward, keyboard) -> None:
    page = keyboard.page
    keyboard.press("/")
    keyboard.type("durand")
    keyboard.press("Enter")
    expect(page.get_by_text("« durand » : 1 lit trouvé")).to_be_visible()
    then_is_live(page)
    assert keyboard.has_cost() == (8, 1)
    page.go_back()
    then_is_live(page)
    expect(card(page, ward.other_bed)).to_be_visible()
    assert keyboard.has_cost() == (0, 1)

    page.locator(".units a").last.focus()
    keyboard.tab_to("Occupé")
    keyboard.press("Enter")
    expect(card(page, ward.other_bed)).to_be_hidden()
    _keys, loads = keyboard.has_cost()
    assert loads == 1
    page.locator("nav.chips a").last.focus()
    keyboard.tab_to("Affichage")
    keyboard.press("Enter")
    keyboard.tab_to("Liste")
    keyboard.press("Enter")
    expect(page.locator("#plan")).to_have_attribute("data-view", "liste")
    keys, loads = keyboard.has_cost()
    assert (keys <= 8, loads) == (True, 1)


def test_the_day_before_the_paper_of_a_unit_and_the_word_of_the_morning(ward, keyboard) -> None:
    page = keyboard.page
    page.goto("/lits/?unite=MED")
    then_is_live(page)
    keyboard.has_cost()
    page.locator("[data-deeds]").focus()
    keyboard.press("Tab", "Enter")
    expect(page.locator("#moment")).to_be_focused()
    keyboard.press("Shift+Tab")
    while "−1 j" not in page.evaluate("document.activeElement.textContent"):
        keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    page.wait_for_url(re.compile("a="))
    keys, loads = keyboard.has_cost()
    assert (keys <= 10, loads <= 1) == (True, True)

    page.goto("/lits/?unite=MED")
    then_is_live(page)
    keyboard.has_cost()
    page.locator("[data-moments]").focus()
    keyboard.press("Tab", "Enter", "Tab", "Tab")
    with page.context.expect_page() as opened:
        keyboard.press("Enter")
    assert "format=unite" in opened.value.url or "blank" in opened.value.url
    assert keyboard.has_cost() == (5, 0)

    page.goto("/lits/confirmer/?unite=MED")
    then_is_live(page)
    keyboard.has_cost()
    keyboard.press("Enter")
    expect(page.locator("#annonces")).to_contain_text("plan confirmé")
    assert keyboard.has_cost() == (1, 1)
