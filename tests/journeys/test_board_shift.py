"""One shift before three open boards: what one does the others see, masked where it must be, without reload."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import stays
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected
from tests.journeys.conftest import card, then_card_says, then_is_live
from tests.journeys.test_drags import drag
from tests.journeys.test_numbers import then_says_what_a_fresh_page_says
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
LOW = {"width": 1366, "height": 320}
"""A window in which the cards do not fit, so that a board that jumps is seen to jump."""
SCROLLED_PX = 120
SECRETS = ("DURAND", "MARTIN")


@dataclass(frozen=True)
class Shift:
    """The boards of a bed manager, who acts, of the AMH of another unit and of the on-call cadre, who look on."""

    manager: Page
    amh: Page
    cadre: Page

    @property
    def pages(self) -> tuple[Page, Page, Page]:
        """All three."""
        return self.manager, self.amh, self.cadre

    def then_show(self, bed: Bed, state: str, name: str = "", *words: str) -> None:
        """Wait until all three show the bed so; the AMH, who works elsewhere, sees no name."""
        for page in (self.manager, self.cadre):
            then_card_says(page, bed, state, name, *words)
        then_card_says(self.amh, bed, state, "Patient" if name else "", *words)
        self.then_nobody_was_disturbed()

    def then_count(self, name: str, number: int) -> None:
        """Wait until the number at the top is this one everywhere."""
        for page in self.pages:
            expect(page.locator(f"[data-count={name}]").first).to_have_text(str(number))

    def then_nobody_was_disturbed(self) -> None:
        """Those who look on have kept their page, their focus and their place on it, and read no name not theirs."""
        for page in (self.amh, self.cadre):
            assert page.evaluate("[window.untouched, scrollY]") == [True, SCROLLED_PX]
            assert page.evaluate("document.activeElement.className") == "card-open"
        text = self.amh.content()
        assert [name for name in SECRETS if name in text] == []


@pytest.fixture
def shift(ward, open_page) -> Iterator[Shift]:
    """Three people at work; the two who look on stand on a bed of the other unit, halfway down the page."""
    users = (a_user(Role.BED_MANAGER), a_user(Role.AMH, ward.other), a_user(Role.ON_CALL))
    shift = Shift(*(open_page(user) for user in users))
    for page in shift.pages:
        then_is_live(page)
        page.evaluate("window.untouched = true")
    for page in (shift.amh, shift.cadre):
        page.set_viewport_size(LOW)
        card(page, ward.other_bed).locator(".card-open").focus()
        page.evaluate(f"scrollTo(0, {SCROLLED_PX})")
    yield shift
    for page in shift.pages:
        then_says_what_a_fresh_page_says(page)
        assert page.evaluate("window.untouched")


def on(page: Page, bed: Bed, *keys: str) -> None:
    """Stand on a bed and press keys, the last ones in the form that the first opens."""
    expect(page.locator("#dialogue")).to_be_hidden()
    card(page, bed).locator(".card-open").focus()
    page.keyboard.press(keys[0])
    if keys[1:]:
        expect(page.locator("#dialogue form[data-keep]")).to_be_visible()
    for key in keys[1:]:
        page.keyboard.press(key)


def test_a_night_arrival_waits_is_placed_moved_exchanged_and_leaves_a_bed_to_clean(ward, shift, now) -> None:
    first, second, third = ward.beds
    manager = shift.manager
    stay = expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    stays.admit(stay=stay, unit=ward.unit, bed=None, by=None, at=now)
    shift.then_count("waiting", 1)
    expect(shift.cadre.locator("#attente")).to_contain_text("DURAND Anne")
    expect(shift.amh.locator("#attente")).to_contain_text("Patient")

    drag(manager, manager.locator("#attente").get_by_role("link", name="DURAND"), card(manager, first))
    shift.then_show(first, "occupied", "DURAND Anne")
    shift.then_count("waiting", 0)

    on(manager, first, " ")
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        manager.keyboard.press(key)
    shift.then_show(third, "occupied", "DURAND Anne")
    shift.then_show(first, "cleaning")

    present_there = expected(ward.unit, patient=a_patient("MARTIN"), at=now - HOUR)
    stays.admit(stay=present_there, unit=ward.unit, bed=second, by=None, at=now)
    shift.then_show(second, "occupied", "MARTIN Anne")
    drag(manager, card(manager, second), card(manager, third))
    expect(manager.locator("#dialogue").get_by_role("alert")).to_be_focused()
    manager.keyboard.press("e")
    shift.then_show(third, "occupied", "MARTIN Anne")
    shift.then_show(second, "occupied", "DURAND Anne")

    on(manager, second, "s", "Enter")
    shift.then_show(second, "cleaning")
    shift.then_count("cleaning", 2)
    on(manager, second, "n")
    shift.then_show(second, "free")
    shift.then_count("cleaning", 1)

    manager.keyboard.press("u")
    shift.then_show(second, "cleaning")


def test_a_bed_is_closed_and_given_back_and_kept_for_somebody(ward, shift, now) -> None:
    _first, second, third = ward.beds
    manager = shift.manager
    expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    on(manager, third, "f")
    manager.get_by_label("Motif").select_option("works")
    manager.keyboard.press("Enter")
    shift.then_show(third, "closed", "", "travaux")
    shift.then_count("shut", 1)

    on(manager, third, "f")
    manager.get_by_role("button", name="Lever maintenant").press("Enter")
    shift.then_show(third, "free")
    shift.then_count("shut", 0)

    on(manager, second, "r")
    expect(manager.get_by_label("Patient", exact=True)).to_be_focused()
    manager.keyboard.type("DUR")
    manager.get_by_label("Arrivée prévue").fill(f"{timezone.localtime(now + HOUR):%Y-%m-%dT%H:%M}")
    manager.keyboard.press("Enter")
    shift.then_show(second, "reserved", "DURAND Anne")
    manager.keyboard.press("u")
    shift.then_show(second, "free")


def test_leave_and_return_certainty_by_one_key_and_the_word_of_the_morning(ward, shift, now, open_page) -> None:
    first = ward.beds[0]
    manager = shift.manager
    stay = expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    stays.admit(stay=stay, unit=ward.unit, bed=first, by=None, at=now - HOUR)
    shift.then_show(first, "occupied", "DURAND Anne")
    on(manager, first, "d")
    expect(manager.locator("#dialogue form[data-keep]")).to_be_visible()
    manager.locator("#dialogue [name=expected_at]").fill(f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}")
    manager.keyboard.press("Enter")
    for letter, word in (("c", "certaine"), ("b", "probable"), ("o", "possible")):
        on(manager, first, letter)
        shift.then_show(first, "occupied", "DURAND Anne", word)

    on(manager, first, "a", "Enter")
    shift.then_show(first, "occupied", "DURAND Anne", "en permission")
    on(manager, first, "a", "Enter")
    for page in shift.pages:
        expect(card(page, first)).not_to_contain_text("en permission")

    nurse = open_page(a_user(Role.NURSE, ward.unit), "/lits/confirmer/?unite=MED")
    then_is_live(nurse)
    nurse.keyboard.press("Enter")
    for page in shift.pages:
        expect(page.locator(f"#unite-{ward.unit.pk}")).to_contain_text("confirmé")
    shift.then_nobody_was_disturbed()


def test_two_who_hold_one_patient_and_one_who_lets_go_first(ward, shift, now) -> None:
    first, second, third = ward.beds
    stay = expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR)
    stays.admit(stay=stay, unit=ward.unit, bed=first, by=None, at=now)
    shift.then_show(first, "occupied", "DURAND Anne")
    on(shift.cadre, first, " ")
    expect(shift.cadre.locator("main[data-holding]")).to_be_visible()
    drag(shift.manager, card(shift.manager, first), card(shift.manager, second))
    expect(shift.cadre.locator("#annonces")).to_contain_text("DURAND Anne a changé de place entre-temps")
    expect(shift.cadre.locator("main[data-holding]")).to_have_count(0)
    then_card_says(shift.cadre, third, "free")
