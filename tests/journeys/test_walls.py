"""A wall screen in a real browser: installed by a code, turning its pages, honest about its age, back by itself."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from amh.board.views.walls import COOKIE
from amh.core.models import Session
from amh.core.roles import Role
from tests.conftest import PARIS, database_url, serving
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_unit, beds
from tests.factories.presences import present
from tests.journeys.conftest import PHONE, arrives, card, then_card_says, then_is_live
from tests.journeys.wires import wire
from wards.actions import screens
from wards.models import Screen, Theme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)
TV, SMALL = {"width": 1920, "height": 1080}, {"width": 1366, "height": 768}
CUT = "[...document.querySelectorAll('.card, .unit')].filter((one) => one.getBoundingClientRect().bottom > innerHeight)"
SEEN = "[...document.querySelectorAll('.card')].filter((one) => one.offsetParent).map((one) => one.id)"
SMALLEST = (
    "Math.min(...[...document.querySelectorAll('.wall .card *')].map((e) => parseFloat(getComputedStyle(e).fontSize)))"
)


@pytest.fixture
def screen(ward) -> Screen:
    """A screen that shows the unit MED, not installed yet."""
    return screens.create(said={"name": "Cellule", "units": [ward.unit], "page_seconds": 5}, by=None, at=timezone.now())


@pytest.fixture
def tv(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Open the browser of a television at its start page; scripts that fail fail the test."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def tv(address: str = "/mural/", **options: object) -> Page:
        context = browser.new_context(**{"base_url": served, "viewport": TV} | PARIS | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(address)
        return page

    yield tv
    for context in contexts:
        context.close()
    assert broken == []


def install(page: Page, screen: Screen) -> None:
    """Type the code of the screen, as somebody reads it aloud."""
    code = screens.give_code(screen=screen, by=None, at=timezone.now()).code
    page.get_by_label("Code d’installation").fill(f"{code[:4]} {code[4:]}".lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/lits/?mode=mural")


def keyed(page: Page, screen: Screen) -> Page:
    """The page, which the browser opens with the key of the screen."""
    code = screens.give_code(screen=screen, by=None, at=timezone.now()).code
    key = screens.install(code=code, at=timezone.now()).key
    host = page.evaluate("location.hostname")
    page.context.add_cookies([{"name": COOKIE, "value": key, "domain": host, "path": "/mural/", "httpOnly": True}])
    page.goto("/mural/")
    return page


def test_a_code_installs_a_screen_that_names_nobody_and_comes_back_by_itself(ward, screen, tv, now) -> None:
    present(ward.beds[0], patient=a_patient("DURAND"), at=now - MINUTE)
    page = tv()
    page.get_by_label("Code d’installation").fill("AAAA 2222")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce code n’est pas connu")).to_be_visible()
    expect(page.get_by_label("Code d’installation")).to_have_value("AAAA 2222")
    install(page, screen)
    then_is_live(page)
    then_card_says(page, ward.beds[0], "occupied")
    expect(page.get_by_role("heading", name="MED", exact=True)).to_be_visible()
    assert card(page, ward.other_bed).count() == 0
    assert "DURAND" not in page.content()
    assert page.get_by_role("link").count() == 1, "nothing but the way to the content"

    Session.objects.all().delete()
    page.goto("/lits/?mode=mural")
    page.wait_for_url("**/lits/?mode=mural")
    then_is_live(page)
    assert Session.objects.get().user == screen.account
    arrives(a_patient("MARTIN"), ward.beds[1], at=now)
    then_card_says(page, ward.beds[1], "occupied")


def test_a_screen_whose_session_ends_while_it_shows_is_back_without_anybody(ward, screen, tv, now) -> None:
    with serving(DATABASE_URL=database_url(), LIVE_RECHECK_SECONDS="1") as address:
        page = keyed(tv(base_url=address), screen)
        then_is_live(page)
        with page.expect_request(lambda request: "/mural/?" in request.url, timeout=30_000):
            Session.objects.all().delete()
        page.wait_for_url("**/lits/?mode=mural", timeout=30_000)
        then_is_live(page)
        assert Session.objects.get().user == screen.account


def test_a_screen_that_is_withdrawn_stops_and_asks_for_a_code(ward, screen, tv) -> None:
    with serving(DATABASE_URL=database_url(), LIVE_RECHECK_SECONDS="1") as address:
        page = keyed(tv(base_url=address), screen)
        then_is_live(page)
        screens.revoke(screen=screen, by=None, at=timezone.now())
        expect(page.get_by_text("Cet écran a été retiré, ou installé ailleurs.")).to_be_visible(timeout=30_000)
        expect(page.get_by_label("Code d’installation")).to_be_focused()
        assert [one["name"] for one in page.context.cookies() if one["name"] == COOKIE] == []


def test_a_screen_waits_for_a_server_that_is_started_again(ward, screen, tv, now) -> None:
    with serving(DATABASE_URL=database_url()) as first, wire(first) as cable:
        page = keyed(tv(base_url=cable.url), screen)
        then_is_live(page)
        cable.cut()
        expect(page.locator("#connexion")).to_contain_text("onnées de", timeout=30_000)
        arrives(a_patient("DURAND"), ward.beds[0], at=now)
        cable.mend()
        expect(card(page, ward.beds[0])).to_have_attribute("data-state", "occupied", timeout=40_000)
        then_is_live(page)


@pytest.fixture
def long_unit(ward, screen) -> Screen:
    """The screen shows one unit longer than its height, and a short one."""
    long, short = a_unit("LONG", position=3), a_unit("COURT", position=4)
    beds(long, 120)
    beds(short, 3)
    screens.change(screen=screen, said={"units": [long, short]}, by=None, at=timezone.now())
    return screen


@pytest.mark.parametrize("viewport", [TV, SMALL], ids=["1920", "1366"])
def test_pages_turn_show_every_bed_once_and_cut_none(long_unit, tv, viewport) -> None:
    page = keyed(tv(viewport=viewport), long_unit)
    counter = page.locator("#pages")
    expect(counter).to_contain_text("Page 1/")
    total = int(counter.inner_text().split("/")[1])
    shown: list[str] = []
    for number in range(1, total + 1):
        expect(counter).to_have_text(f"Page {number}/{total}")
        assert page.evaluate(f"{CUT}.length") == 0
        shown += page.evaluate(SEEN)
        page.keyboard.press("ArrowRight")
    assert len(shown) == len(set(shown)) == 123
    expect(counter).to_have_text(f"Page 1/{total}")
    page.keyboard.press("ArrowLeft")
    expect(counter).to_have_text(f"Page {total}/{total}")
    assert page.evaluate(SMALLEST) >= 15


def test_pages_turn_by_themselves_unless_they_are_held(long_unit, tv) -> None:
    page = tv("about:blank")
    page.clock.install()
    page.goto("/mural/")
    keyed(page, long_unit)
    counter = page.locator("#pages")
    expect(counter).to_contain_text("Page 1/")
    page.clock.run_for(6_000)
    expect(counter).to_contain_text("Page 2/")
    page.keyboard.press(" ")
    expect(counter).to_contain_text("arrêtée")
    page.clock.run_for(20_000)
    expect(counter).to_contain_text("Page 2/")
    page.keyboard.press(" ")
    page.clock.run_for(6_000)
    expect(counter).not_to_contain_text("arrêtée")
    expect(counter).not_to_contain_text("Page 2/")


def test_what_fits_does_not_turn(ward, screen, tv) -> None:
    page = keyed(tv(), screen)
    then_is_live(page)
    expect(page.locator("#pages")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert len(page.evaluate(SEEN)) == 3


def test_the_hour_is_the_server_s_and_what_is_old_says_so_in_red(ward, screen, tv, served) -> None:
    with wire(served) as cable:
        page = tv("about:blank", base_url=cable.url)
        page.clock.install(time=timezone.now() - timedelta(hours=3))
        page.goto("/mural/")
        keyed(page, screen)
        then_is_live(page)
        here = timezone.localtime()
        expect(page.locator("#heure")).to_have_text(re.compile(f"{here:%H:%M}|{here + MINUTE:%H:%M}"))
        cable.cut()
        page.clock.run_for(75_000)
        expect(page.locator("#age")).to_contain_text("Ces données ont 1 min : vérifier auprès de l’unité.")
        cable.mend()
        page.clock.run_for(30_000)
        page.clock.resume()
        expect(page.locator("#age")).to_be_empty(timeout=40_000)


def test_a_night_s_sleep_is_noticed_and_the_stream_begun_again_at_once(ward, screen, tv, now) -> None:
    page = tv("about:blank")
    page.clock.install()
    page.goto("/mural/")
    keyed(page, screen)
    then_is_live(page)
    with page.expect_request("**/live/lits?mode=mural*"):
        page.clock.fast_forward(8 * 3_600_000)
    page.clock.resume()
    then_is_live(page)


def test_a_screen_is_as_dark_as_it_was_set_and_hears_when_that_changes(ward, screen, tv) -> None:
    dark = "getComputedStyle(document.documentElement).getPropertyValue('--ink-fill').trim()"
    screens.change(screen=screen, said={"theme": Theme.DARK}, by=None, at=timezone.now())
    page = tv("about:blank", color_scheme="light")
    page.clock.install()
    page.goto("/mural/")
    keyed(page, screen)
    assert page.evaluate(dark) == "#11161b"
    screens.change(screen=screen, said={"theme": Theme.LIGHT}, by=None, at=timezone.now())
    with page.expect_response("**/mural/present/"):
        page.clock.run_for(61_000)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(dark) == "#ffffff"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_wall_and_its_door_are_accessible_and_nothing_is_cut(
    ward, screen, tv, check_accessible, check_every_screen, scheme
) -> None:
    page = tv(color_scheme=scheme)
    check_every_screen(page)
    install(page, screen)
    then_is_live(page)
    page.emulate_media(color_scheme=scheme)
    for viewport in (TV, SMALL, PHONE, {"width": 683, "height": 384}):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), viewport
    check_accessible(page)


def test_a_person_looks_at_the_wall_and_leaves_it(ward, open_page, now) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "/lits/?mode=mural")
    then_is_live(page)
    assert len(page.evaluate(SEEN)) == 4
    page.get_by_role("link", name="Quitter le mode mural").click()
    page.wait_for_url("**/lits/")
    expect(page.get_by_role("search")).to_be_visible()


def test_an_administrator_describes_a_screen_gives_its_code_and_withdraws_it(
    ward, open_page, tv, check_every_screen
) -> None:
    page = open_page(a_user(Role.ADMINISTRATOR), "/ecrans/")
    page.get_by_role("link", name="Décrire un écran").click()
    dialog = page.locator("#dialogue")
    dialog.get_by_label("Où il se trouve").fill("Hall")
    dialog.get_by_label("Chirurgie (CHIR)").check()
    dialog.get_by_role("button", name="Décrire l’écran").click()
    row = page.get_by_role("row", name="Hall")
    expect(row).to_contain_text("jamais installé")
    check_every_screen(page, schemes=("dark", "light"))

    row.get_by_role("link", name="Donner un code").click()
    dialog.get_by_role("button", name="Donner un code").click()
    code = dialog.get_by_label("Code d’installation").input_value()
    television = tv()
    television.get_by_label("Code d’installation").fill(code)
    television.keyboard.press("Enter")
    then_is_live(television)
    expect(television.get_by_role("heading", name="CHIR", exact=True)).to_be_visible()

    dialog.get_by_role("link", name="Terminer").click()
    expect(page.get_by_role("row", name="Hall")).to_contain_text("en marche")
    page.get_by_role("row", name="Hall").get_by_role("link", name="Retirer").click()
    dialog.get_by_role("button", name="Retirer l’écran").click()
    expect(page.get_by_role("row", name="Hall")).to_contain_text("retiré à")
    television.reload()
    expect(television.get_by_text("Cet écran a été retiré")).to_be_visible()
