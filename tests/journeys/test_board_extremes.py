"""The board with what is long, large, empty, asleep or wrong: nothing cut, nothing too wide, nothing untrue."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import expected_discharges
from patients.models import Certainty
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present
from tests.journeys.conftest import DESKTOP, NOTHING_IS_CUT, PHONE, SCHEMES, arrives, card, then_card_says, then_is_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
VIEWS = ("unites", "colonnes", "plan", "liste", "tablette")
DENSITIES = ("normale", "compacte", "grande")
TWICE = {"width": 683, "height": 384}
"""1366 by 768 at 200 %."""
LONG = "DE LA ROCHEFOUCAULD-MONTBEL D’AUVERGNE RAKOTOMALALA-ANDRIAMAMPIANINA VAN DER BERG"
OVERFLOWING = """
[...document.querySelectorAll(".card, .card *, .band .panel, .unit-title, .listing")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, svg"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
  .map((one) => `${one.className}: ${one.textContent.trim().slice(0, 40)}`)
"""
TOPS = """
[...document.querySelectorAll(".toolbar > .chips > :not(.spring)")]
  .map((one) => Math.round(one.getBoundingClientRect().top))
"""
OPENABLE = "details.menu:not(header details)"


def view(page: Page, address: str) -> None:
    """Open a view of the board and wait for its cards."""
    page.goto(address)
    expect(page.locator("#plan")).to_be_visible()


@pytest.fixture
def long_names(ward, now):
    """Somebody with a name of eighty characters in a bed, without one and expected; a room of twelve places."""
    first, second, _third = ward.beds
    assert len(LONG) >= 80
    for place in (first, ward.unit):
        present(place, patient=a_patient(LONG, used_name=f"Ÿ {LONG[2:]}"), at=now - HOUR)
    stay = present(second, patient=a_patient("DURAND"), at=now - HOUR)
    tomorrow = now + timedelta(days=1)
    expected_discharges.expect(stay=stay, expected_at=tomorrow, certainty=Certainty.PROBABLE, by=None, at=now)
    expected(ward.unit, patient=a_patient(LONG), at=now - HOUR, expected_at=now)
    for number in range(12):
        a_bed(ward.other, "350", str(number))
    return ward


@pytest.mark.parametrize("name", VIEWS)
def test_a_name_of_eighty_characters_is_whole_in_every_view_density_and_size(long_names, open_page, name) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    for density in DENSITIES:
        view(page, f"/lits/?vue={name}&densite={density}")
        expect(card(page, long_names.beds[0]).locator(".name")).to_contain_text("BERG")
        for size in (DESKTOP, TWICE, PHONE):
            page.set_viewport_size(size)
            assert page.evaluate(NOTHING_IS_CUT), (density, size)
            assert page.evaluate(OVERFLOWING) == [], (density, size)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_accessible_light_and_dark_at_the_desk_and_on_a_phone(
    long_names, open_page, check_every_screen, name
) -> None:
    page = open_page(a_user(Role.BED_MANAGER), f"/lits/?vue={name}")
    then_is_live(page)
    check_every_screen(page, schemes=SCHEMES)


def test_menus_bar_and_filters_are_accessible_when_they_are_open(
    long_names, open_page, check_every_screen, check_accessible
) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "/lits/?unite=MED&etat=occupe")
    then_is_live(page)
    summaries = page.locator(f"{OPENABLE} > summary")
    assert summaries.count() >= 4
    for summary in summaries.all():
        if summary.is_visible():
            summary.click()
            check_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Autre moment").click()
    check_every_screen(page, schemes=SCHEMES)


def test_the_bar_above_the_cards_stands_on_one_row_at_the_desk(long_names, open_page) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    for address in ("/lits/", "/lits/?etat=a-nettoyer", "/lits/?marque=depassee&unite=MED"):
        view(page, address)
        assert len(set(page.evaluate(TOPS))) == 1, address


def test_on_paper_the_lists_are_open_and_an_exit_that_is_overdue_keeps_its_word(long_names, open_page, now) -> None:
    stay = present(long_names.beds[2], patient=a_patient("MARTIN"), at=now - 3 * HOUR)
    expected_discharges.expect(
        stay=fresh(stay), expected_at=now - HOUR, certainty=Certainty.CERTAIN, by=None, at=now - 2 * HOUR
    )
    page = open_page(a_user(Role.BED_MANAGER))
    word = card(page, long_names.beds[2]).get_by_text("certaine")
    awaited = page.locator("[data-list=awaited] li")
    expect(word).to_be_hidden()
    expect(awaited).to_be_hidden()
    page.emulate_media(media="print")
    expect(word).to_be_visible()
    expect(awaited).to_be_visible()
    expect(page.locator(".changed-at:visible")).to_have_count(0)


# A unit without beds --------------------------------------------------------------------------------------------------


def test_a_unit_without_beds_is_shown_and_says_who_is_there(ward, open_page, now, check_accessible) -> None:
    bare = a_unit("VIDE", name="Sans lits", position=3)
    present(bare, patient=a_patient("DURAND"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    for name in VIEWS:
        view(page, f"/lits/?unite=VIDE&vue={name}")
        expect(page.get_by_role("region", name="Sans lits")).to_contain_text("DURAND Anne")
        expect(page.get_by_role("region", name="Sans lits")).to_contain_text("0/0")
        check_accessible(page)
    page.goto("/lits/confirmer/?unite=VIDE")
    expect(page.get_by_role("main")).to_contain_text("DURAND Anne")
    for sheet in ("unite", "poche"):
        assert page.request.get(f"/lits/impression/?format={sheet}&unite=VIDE").body().startswith(b"%PDF")
    wall = open_page(a_user(Role.WALL))
    expect(wall.get_by_role("heading", name="VIDE")).to_be_visible()


# Asleep, and clocks that are wrong ------------------------------------------------------------------------------------


def test_a_browser_asleep_for_a_night_is_right_when_it_wakes(ward, open_page, now) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    sleeper = page.context.new_cdp_session(page)
    sleeper.send("Page.setWebLifecycleState", {"state": "frozen"})
    arrives(a_patient("DURAND"), ward.beds[0], at=now)
    sleeper.send("Page.setWebLifecycleState", {"state": "active"})
    then_card_says(page, ward.beds[0], "occupied", "DURAND Anne")
    then_is_live(page)


@pytest.mark.parametrize("hours", [-7, 5])
def test_a_desk_whose_clock_is_wrong_by_hours_tells_the_time_of_the_server(ward, open_page, now, hours) -> None:
    present(ward.unit, patient=a_patient("DURAND"), at=now - timedelta(minutes=40))
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    page.clock.install(time=now + timedelta(hours=hours))
    page.route("**/live/**", lambda route: route.abort())
    page.goto("/lits/")
    expect(page.locator("#connexion")).to_have_text(
        re.compile(rf"onnées de {page.locator('main').get_attribute('data-at')[11:16]}\s*$")
    )
    expect(page.locator("#attente time")).to_have_text("40 min")
    page.get_by_role("button", name="Autre moment").click()
    knob = page.get_by_role("slider", name="Avancer ou reculer")
    assert f"{timezone.localtime(now):%H:}" in (knob.get_attribute("aria-valuetext") or "")
    page.get_by_role("link", name="−1 h").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{timezone.localtime(now - HOUR):%H:}")
