"""Time control of the board: slide, step, play, compare, by keyboard, on a phone, and back."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import stays
from tests.factories.clocks import PARIS
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.journeys.conftest import NOTHING_IS_CUT, PHONE, arrives, card, then_card_says, then_is_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def noon(now) -> datetime:
    """Yesterday at noon, far from the present and from every midnight."""
    return (now.astimezone(PARIS) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def told(ward, noon, now):
    """DURAND came to 201 F at noon and left at 16:00; MARTIN is in 201 P since 12:03."""
    first, second, _third = ward.beds
    stay = present(first, patient=a_patient("Durand"), at=noon)
    stays.discharge(stay=stay, by=None, at=now, effective_at=noon + 4 * HOUR)
    present(second, patient=a_patient("Martin"), at=noon + 3 * MINUTE)
    return ward


def at(moment: datetime) -> str:
    """The address of a moment."""
    return f"/lits/?a={moment:%Y-%m-%dT%H:%M}"


def then_shows(page: Page, moment: datetime) -> None:
    """Wait until heading, field and address all say this moment."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{moment:%H:%M}")
    expect(page.locator("#moment")).to_have_value(f"{moment:%Y-%m-%dT%H:%M}")
    page.wait_for_url(f"**/lits/?*a={moment:%Y-%m-%dT%H}%3A{moment:%M}*")


def test_the_bar_opens_on_the_live_board_and_leads_to_another_moment_and_back(told, open_page, noon) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    bar = page.locator("#moments")
    expect(bar).to_be_hidden()
    opener = page.get_by_role("button", name="Autre moment")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#moment")).to_be_focused()
    page.locator("#moment").fill(f"{noon + HOUR:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Voir").click()
    then_shows(page, noon + HOUR)
    then_card_says(page, told.beds[0], "occupied", "DURAND Anne")
    expect(page.locator("#connexion")).to_have_count(0)
    page.get_by_role("link", name="Revenir à maintenant").click()
    then_is_live(page)
    then_card_says(page, told.beds[0], "cleaning")


def test_the_slider_moves_the_board_by_keyboard_and_the_address_follows(
    told, open_page, noon, check_accessible
) -> None:
    first, second, _third = told.beds
    page = open_page(a_user(Role.BED_MANAGER), at(noon - HOUR))
    page.evaluate("window.untouched = true")
    knob = page.get_by_role("slider", name="Avancer ou reculer")
    expect(knob).to_have_attribute("aria-valuetext", page.locator("[data-label]").inner_text())
    knob.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    then_shows(page, noon + HOUR / 4)
    then_card_says(page, first, "occupied", "DURAND Anne")
    then_card_says(page, second, "occupied", "MARTIN Anne")
    expect(page.locator(f"#unite-{told.unit.pk}")).to_contain_text("2/3")
    expect(page.locator('[data-tile=""]')).to_contain_text("2/4")
    assert f"{noon + HOUR / 4:%H:%M}" in (knob.get_attribute("aria-valuetext") or "")
    expect(knob).to_be_focused()
    check_accessible(page)

    page.get_by_role("link", name="+1 h").click()
    page.get_by_role("link", name="+1 h").click()
    then_shows(page, noon + 9 * HOUR / 4)
    page.get_by_role("link", name="−1 j").click()
    then_shows(page, noon + 9 * HOUR / 4 - 24 * HOUR)
    then_card_says(page, first, "free")
    assert page.evaluate("window.untouched")
    page.reload()
    then_shows(page, noon + 9 * HOUR / 4 - 24 * HOUR)


def test_unit_and_state_are_kept_and_the_way_back_tells_the_truth(told, open_page, noon) -> None:
    page = open_page(a_user(Role.BED_MANAGER), f"{at(noon - HOUR)}&unite=MED&etat=occupe")
    page.get_by_role("link", name="+1 h").click()
    expect(page.locator("#moment")).to_have_value(f"{noon:%Y-%m-%dT%H:%M}")
    then_card_says(page, told.beds[0], "occupied", "DURAND Anne")
    expect(card(page, told.beds[1])).to_be_hidden()
    page.get_by_role("link", name="Tout l’hôpital").click()
    then_shows(page, noon)
    page.go_back()
    expect(page.locator("#moment")).to_have_value(f"{noon:%Y-%m-%dT%H:%M}")
    assert ("unite=MED" in page.url, "etat=occupe" in page.url) == (True, True)
    then_card_says(page, told.beds[0], "occupied", "DURAND Anne")


def test_an_hour_is_played_a_minute_each_second_and_stops_when_asked(told, open_page, noon) -> None:
    first, second, _third = told.beds
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    page.clock.install()
    page.goto(at(noon - 2 * MINUTE))
    with page.expect_response("**/lits/film/**"):
        page.get_by_role("button", name="Une heure en une minute").click()
    page.clock.run_for(2_000)
    then_card_says(page, first, "occupied", "DURAND Anne")
    then_card_says(page, second, "free")
    then_shows(page, noon)
    page.clock.run_for(3_000)
    then_card_says(page, second, "occupied", "MARTIN Anne")
    with page.expect_response("**/lits/film/**"):
        page.get_by_role("button", name="Pause").click()
    then_shows(page, noon + 3 * MINUTE)
    page.clock.run_for(5_000)
    then_shows(page, noon + 3 * MINUTE)
    expect(page.get_by_role("link", name="+1 h")).to_have_attribute("href", f"?a={noon + HOUR:%Y-%m-%dT%H}%3A03")


def test_what_is_said_meanwhile_shows_with_the_next_step(told, open_page, noon, now) -> None:
    third = told.beds[2]
    page = open_page(a_user(Role.BED_MANAGER), at(noon))
    then_card_says(page, third, "free")
    arrives(a_patient("Tardif"), third, at=noon - 3 * HOUR)
    page.get_by_role("link", name="+1 h").click()
    then_shows(page, noon + HOUR)
    then_card_says(page, third, "occupied", "TARDIF Anne")


def test_an_hour_that_is_none_is_refused_beside_the_field(told, open_page, noon) -> None:
    page = open_page(a_user(Role.BED_MANAGER), at(noon))
    field = page.locator("#moment")
    field.fill("2027-03-28T02:30")
    page.get_by_role("button", name="Voir").click()
    expect(page.locator("#moment-refus")).to_contain_text("Il n’y a pas de 02:30 ce jour-là")
    expect(field).to_have_value("2027-03-28T02:30")
    expect(field).to_be_focused()
    field.fill(f"{noon + HOUR:%Y-%m-%dT%H:%M}")
    page.keyboard.press("Enter")
    then_shows(page, noon + HOUR)
    expect(page.locator("#moment-refus")).to_have_text("")


def test_two_moments_are_compared(told, open_page, noon, check_every_screen) -> None:
    first, second, third = told.beds
    page = open_page(a_user(Role.BED_MANAGER), at(noon + 5 * HOUR))
    page.get_by_text("Comparer avec…").click()
    page.get_by_label("Ce qui a changé depuis").fill(f"{noon + MINUTE:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Comparer", exact=True).click()
    panel = page.get_by_role("region", name="2 changements")
    expect(panel).to_contain_text("MARTIN Anne")
    expect(card(page, first)).to_contain_text("changé")
    expect(card(page, third)).not_to_contain_text("changé")
    check_every_screen(page, schemes=("dark", "light"))
    page.get_by_role("link", name="Seulement ce qui a changé").click()
    expect(card(page, third)).to_have_count(0)
    expect(card(page, second)).to_contain_text("changé")
    panel.get_by_role("link", name="201 P").click()
    expect(card(page, second)).to_be_focused()


def test_the_bar_on_a_phone_and_at_twice_the_size(told, open_page, noon, check_every_screen) -> None:
    page = open_page(a_user(Role.BED_MANAGER), at(noon), viewport=PHONE, has_touch=True)
    check_every_screen(page, schemes=("dark", "light"))
    page.set_viewport_size({"width": 683, "height": 384})
    assert page.evaluate(NOTHING_IS_CUT)
    page.get_by_role("link", name="+1 h").click()
    then_shows(page, noon + HOUR)


def test_without_scripts_links_and_forms_lead_to_every_moment(told, open_page, noon) -> None:
    page = open_page(a_user(Role.BED_MANAGER), java_script_enabled=False)
    page.get_by_role("link", name="Autre moment").click()
    expect(page.locator("#moments")).to_be_visible()
    page.locator("#moment").fill(f"{noon:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Voir").click()
    then_shows(page, noon)
    page.get_by_role("link", name="+1 h").click()
    then_shows(page, noon + HOUR)
    expect(page.get_by_role("slider")).to_have_count(0)
