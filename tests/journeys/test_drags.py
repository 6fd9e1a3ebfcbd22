"""Patients taken and dropped on the board: by mouse, finger and keyboard, beside colleagues, and when it goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from amh.core.models import Session
from amh.core.roles import Role
from patients.actions import expected_discharges, stays
from patients.models import Certainty, Placement, Sex
from tests.conftest import database_url, serving
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, present
from tests.journeys.conftest import DESKTOP, PHONE, card, session_of, then_card_says, then_is_live
from tests.redis_servers import Server
from wards.models import Bed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
LONG_PRESS_MS = 450
HELD = "main[data-holding]"


def centre(place: Locator) -> tuple[float, float]:
    """The middle of something on the page."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take(page: Page, source: Locator, over: Locator) -> None:
    """Press the mouse on somebody and pull them over a bed."""
    page.mouse.move(*centre(source))
    page.mouse.down()
    page.mouse.move(*centre(over), steps=4)
    expect(page.locator(HELD)).to_be_visible()


def drag(page: Page, source: Locator, target: Locator) -> None:
    """Take somebody with the mouse and drop them on a bed."""
    take(page, source, target)
    page.mouse.up()


def bed_of(page: Page, bed: Bed) -> Locator:
    """What has the focus when one stands on a bed."""
    return card(page, bed).locator(".card-open")


def choose(page: Page, words: str) -> None:
    """Press a way out."""
    page.locator("#dialogue").get_by_role("button", name=words).click()


@pytest.fixture
def haddad(ward, now):
    """Somebody in the bed 201 F."""
    return present(ward.beds[0], patient=a_patient("HADDAD"), at=now - HOUR)


def test_a_drag_is_done_at_once_seen_by_three_and_taken_back(ward, open_page, haddad) -> None:
    manager, amh, on_call = (
        open_page(user) for user in (a_user(Role.BED_MANAGER), a_user(Role.AMH, ward.unit), a_user(Role.ON_CALL))
    )
    first, _second, third = ward.beds
    for page in (manager, amh, on_call):
        then_is_live(page)

    take(manager, card(manager, first), card(manager, third))
    expect(manager.locator("#fantome")).to_contain_text("HADDAD Anne → 202\u00a01")
    expect(manager.locator("#fantome")).to_contain_text("Installer ici")
    manager.mouse.up()
    expect(manager.locator("#annonces")).to_contain_text("Lit 202 1 attribué : HADDAD Anne.")
    for page in (manager, amh, on_call):
        then_card_says(page, third, "occupied", "HADDAD Anne")
        then_card_says(page, first, "cleaning")
    manager.locator("#annonces").get_by_role("button", name="Annuler").click()
    for page in (manager, amh, on_call):
        then_card_says(page, first, "occupied", "HADDAD Anne")
        then_card_says(page, third, "free")


def test_a_click_still_opens_a_drop_nowhere_puts_back_and_escape_too(ward, open_page, haddad) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    first, second, _third = ward.beds
    x, y = centre(card(page, first))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y + 2)
    page.mouse.up()
    expect(page.locator("#dialogue")).to_contain_text("Lit 201 F · Occupé")
    page.keyboard.press("Escape")

    take(page, card(page, first), card(page, second))
    page.keyboard.press("Escape")
    expect(page.locator(HELD)).to_have_count(0)
    page.mouse.up()
    drag(page, card(page, first), page.locator("header.bar"))
    expect(page.locator("#prise")).to_have_text("HADDAD Anne : remis à sa place, rien n’a changé.")
    drag(page, card(page, first), card(page, first).locator(".name"))
    expect(page.locator("#dialogue")).to_be_hidden()
    assert Placement.objects.filter(stay=haddad).count() == 1


def test_by_keyboard_alone_and_by_ear(ward, open_page, haddad) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    first, second, third = ward.beds
    heard = page.locator("#prise")
    bed_of(page, first).focus()
    page.keyboard.press(" ")
    how = "Flèches pour choisir un lit, Entrée pour déposer, Échap pour annuler."
    expect(heard).to_match_aria_snapshot(f'- status: "HADDAD Anne, lit 201\u00a0F, pris. {how}"')
    expect(heard).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(bed_of(page, second)).to_be_focused()
    expect(bed_of(page, second)).to_have_accessible_name("201 P, Libre")
    expect(heard).to_match_aria_snapshot('- status: "HADDAD Anne → 201\u00a0P : Installer ici."')
    page.keyboard.press("m")
    expect(page.locator("#dialogue")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(bed_of(page, first)).to_be_focused()
    expect(heard).to_have_text("HADDAD Anne : remis à sa place, rien n’a changé.")

    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(bed_of(page, third)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Lit 202 1 attribué : HADDAD Anne.")).to_be_visible()
    then_card_says(page, third, "occupied", "HADDAD Anne")
    expect(bed_of(page, third)).to_be_focused()


def test_two_patients_are_exchanged_from_the_dialog_by_one_letter(ward, open_page, haddad, now) -> None:
    first, second, _third = ward.beds
    present(second, patient=a_patient("MARTIN"), at=now - HOUR)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    bed_of(page, first).focus()
    for key in (" ", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("alert")).to_contain_text("Le lit 201 P est occupé par MARTIN Anne depuis")
    expect(dialog.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("e")
    then_card_says(page, second, "occupied", "HADDAD Anne")
    then_card_says(page, first, "occupied", "MARTIN Anne")


def test_somebody_of_a_list_arrives_in_the_bed_on_which_they_are_dropped(ward, open_page, now) -> None:
    stay = expected(ward.unit, patient=a_patient("DURAND"), at=now - HOUR, expected_at=now)
    page = open_page(a_user(Role.AMH, ward.unit))
    then_is_live(page)
    page.locator("summary", has_text="Attendus ce jour").click()
    person = page.locator(f'li[data-stay="{stay.pk}"]')
    person.locator("a").focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowDown")
    expect(bed_of(page, ward.beds[0])).to_be_focused()
    page.keyboard.press("Escape")
    expect(person.locator("a")).to_be_focused()

    drag(page, person.locator("a"), card(page, ward.beds[0]))
    expect(page.locator("#dialogue")).to_contain_text("est-il arrivé ?")
    choose(page, "Arrivé dans ce lit")
    then_card_says(page, ward.beds[0], "occupied", "DURAND Anne")


def test_a_finger_that_stays_takes_and_one_that_slides_scrolls(ward, open_page, haddad) -> None:
    page = open_page(a_user(Role.NURSE, ward.unit), viewport=PHONE, has_touch=True, is_mobile=True)
    then_is_live(page)
    first, second, _third = ward.beds
    with finger(page) as put:
        put("touchStart", *centre(card(page, first)))
        put("touchMove", *centre(card(page, second)))
        expect(page.locator(HELD)).to_have_count(0)
        put("touchEnd")
        expect(page.locator("#dialogue")).to_be_hidden()

        card(page, first).scroll_into_view_if_needed()
        put("touchStart", *centre(card(page, first)))
        page.wait_for_timeout(LONG_PRESS_MS)
        expect(page.locator(HELD)).to_be_visible()
        put("touchMove", *centre(card(page, second)))
        expect(page.locator("#fantome")).to_contain_text("HADDAD Anne → 201\u00a0P")
        put("touchEnd")
    then_card_says(page, second, "occupied", "HADDAD Anne")
    expect(page.locator("#dialogue")).to_be_hidden()


@contextmanager
def finger(page: Page) -> Iterator[object]:
    """One finger on the glass."""
    session = page.context.new_cdp_session(page)

    def put(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    yield put
    session.detach()


# Beside colleagues ----------------------------------------------------------------------------------------------------


def test_of_two_drags_of_one_patient_one_counts_and_the_other_says_where_they_are(ward, open_page, haddad) -> None:
    first, second, third = ward.beds
    fast = open_page(a_user(Role.BED_MANAGER))
    slow = open_page(a_user(Role.ON_CALL), "about:blank")
    slow.route("**/live/**", lambda route: route.abort())
    slow.goto("/lits/")
    then_is_live(fast)
    take(slow, card(slow, first), card(slow, third))
    drag(fast, card(fast, first), card(fast, second))
    then_card_says(fast, second, "occupied", "HADDAD Anne")
    slow.mouse.up()
    dialog = slow.locator("#dialogue")
    expect(dialog).to_contain_text("Entre-temps, HADDAD Anne a changé de lit : au lit 201 P depuis")
    assert [place.bed for place in Placement.objects.filter(ends_at=None)] == [second]
    choose(slow, "Installer quand même au lit 202 1")
    then_card_says(fast, third, "occupied", "HADDAD Anne")


def test_of_two_patients_dropped_on_one_bed_the_second_reads_who_has_it(ward, open_page, haddad, now) -> None:
    first, second, third = ward.beds
    present(second, patient=a_patient("MARTIN"), at=now - HOUR)
    fast = open_page(a_user(Role.BED_MANAGER))
    slow = open_page(a_user(Role.ON_CALL), "about:blank")
    slow.route("**/live/**", lambda route: route.abort())
    slow.goto("/lits/")
    drag(fast, card(fast, first), card(fast, third))
    then_card_says(fast, third, "occupied", "HADDAD Anne")
    drag(slow, card(slow, second), card(slow, third))
    expect(slow.locator("#dialogue")).to_contain_text("Le lit 202 1 est occupé par HADDAD Anne depuis")
    choose(slow, "Échanger MARTIN Anne et HADDAD Anne")
    then_card_says(fast, third, "occupied", "MARTIN Anne")
    then_card_says(fast, second, "occupied", "HADDAD Anne")


def test_a_card_replaced_under_the_hand_goes_on_and_a_patient_who_moved_is_let_go(ward, open_page, haddad, now) -> None:
    first, second, third = ward.beds
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    take(page, card(page, first), card(page, second))
    tomorrow = now + timedelta(days=1)
    expected_discharges.expect(stay=haddad, expected_at=tomorrow, certainty=Certainty.CERTAIN, by=None, at=now)
    then_card_says(page, first, "occupied", "certaine")
    expect(card(page, first)).to_have_attribute("data-held", "")
    present_there = present(ward.other_bed, at=now - HOUR)
    stays.move(stay=present_there, to=second, by=None, at=now)
    then_card_says(page, second, "occupied")
    expect(card(page, second)).to_have_attribute("data-target", "")
    expect(page.locator("#fantome")).to_be_visible()

    stays.move(stay=haddad, to=third, by=None, at=now)
    expect(page.locator("#annonces")).to_contain_text("HADDAD Anne a changé de place entre-temps")
    expect(page.locator(HELD)).to_have_count(0)
    page.mouse.up()
    expect(page.locator("#dialogue")).to_be_hidden()
    then_card_says(page, third, "occupied", "HADDAD Anne")


# When it goes wrong ---------------------------------------------------------------------------------------------------


def test_a_session_that_ended_during_the_drag_loses_nothing(ward, open_page, served, haddad) -> None:
    manager = a_user(Role.BED_MANAGER)
    page = open_page(manager)
    then_is_live(page)
    first, second, _third = ward.beds
    take(page, card(page, first), card(page, second))
    Session.objects.all().delete()
    page.mouse.up()
    dialog = page.locator("#dialogue")
    expect(dialog.get_by_role("alert")).to_contain_text("La session est terminée.")
    page.context.add_cookies([{"name": "sessionid", "value": session_of(manager), "url": served}])
    dialog.get_by_role("button", name="Réessayer").click()
    then_card_says(page, second, "occupied", "HADDAD Anne")


def test_a_screen_locked_during_the_drag_shows_no_name_and_moves_nobody(ward, open_page, haddad) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    first, second, _third = ward.beds
    take(page, card(page, first), card(page, second))
    page.keyboard.press("F9")
    expect(page.locator("#verrou")).to_be_visible()
    page.mouse.up()
    expect(page.locator(HELD)).to_have_count(0)
    assert "HADDAD" not in page.evaluate("document.body.innerText")
    assert Placement.objects.get(stay=haddad).bed == first


def test_with_redis_stopped_a_drop_is_done_and_seen(ward, open_page, haddad, tmp_path) -> None:
    server = Server(tmp_path)
    server.start()
    with serving(DATABASE_URL=database_url(), REDIS_URL=server.url) as address:
        pages = [open_page(a_user(Role.BED_MANAGER), base_url=address) for _ in range(2)]
        for page in pages:
            then_is_live(page)
        server.stop()
        drag(pages[0], card(pages[0], ward.beds[0]), card(pages[0], ward.beds[1]))
        for page in pages:
            then_card_says(page, ward.beds[1], "occupied", "HADDAD Anne")
    server.place.wipe()


def test_who_may_place_nobody_takes_nobody_nor_does_anyone_at_another_moment(ward, open_page, haddad) -> None:
    for user, address in (
        (a_user(Role.PHYSICIAN, ward.unit), "/lits/"),
        (a_user(Role.BED_MANAGER), "/lits/?a=2030-01-01T10:00"),
    ):
        page = open_page(user, address)
        bed_of(page, ward.beds[0]).focus()
        page.keyboard.press(" ")
        expect(page.locator("#prise")).to_have_count(0)
        expect(page.locator(HELD)).to_have_count(0)


# To everybody ---------------------------------------------------------------------------------------------------------


def test_holding_and_its_dialog_are_accessible_on_every_screen(ward, open_page, check_every_screen, now) -> None:
    first, second, third = ward.beds
    present(first, patient=a_patient("HADDAD", sex=Sex.MALE), at=now - HOUR)
    present(second, patient=a_patient("MARTIN", sex=Sex.FEMALE), at=now - HOUR)
    stays.discharge(stay=present(third, at=now - HOUR), by=None, at=now)
    page = open_page(a_user(Role.BED_MANAGER), reduced_motion="reduce")
    then_is_live(page)
    bed_of(page, first).focus()
    page.keyboard.press(" ")
    check_every_screen(page, schemes=("dark", "light"))
    page.set_viewport_size({"width": 683, "height": 384})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(DESKTOP)
    expect(card(page, ward.other_bed)).to_have_css("outline-style", "solid")
    expect(card(page, second)).to_have_css("outline-style", "dashed")
    shown = "card => getComputedStyle(card, '::before').content"
    words = [card(page, bed).evaluate(shown) for bed in (first, second, third, ward.other_bed)]
    assert words == ['"son lit"', '"Échanger"', "none", '"Installer ici"']

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#dialogue")).to_be_visible()
    check_every_screen(page, schemes=("dark", "light"))
