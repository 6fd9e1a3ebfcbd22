"""The screen that locks: every name goes, nothing typed is lost, only its owner comes back, in every tab."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.actions import unlocks
from amh.core.models import AuditEntry, ParameterValue, Session
from amh.core.roles import Role
from tests.factories.logins import PASSWORD, a_login
from tests.factories.people import a_patient
from tests.factories.presences import present
from tests.journeys.conftest import DESKTOP, PHONE, arrives, card, session_of, then_card_says, then_is_live
from tests.lengths import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
LOOK_MS = 5_000
STATE, LOCK = "**/verrou/etat/", "**/verrou/fermer/"
PIN, BADGE = "4907", "0A:33:9F:12"
SEEN_BY_EAR = "document.body.innerText"
PRINTED = "[...document.querySelectorAll('#contenu')].map((main) => getComputedStyle(main).visibility)"


@pytest.fixture
def person():
    user = a_login(Role.BED_MANAGER)
    unlocks.set_pin(pin=PIN, by=user, at=timezone.now())
    unlocks.set_badge(badge=BADGE, by=user, at=timezone.now())
    return user


@pytest.fixture
def full_ward(ward, now):
    """A ward with a patient in its first bed."""
    present(ward.beds[0], patient=a_patient("DURAND"), at=now - HOUR)
    return ward


@pytest.fixture
def page(full_ward, open_page: Callable[..., Page], person) -> Page:
    """The board of that person."""
    page = open_page(person)
    then_is_live(page)
    return page


def lock(page: Page) -> None:
    page.keyboard.press("F9")
    then_is_covered(page)


def then_is_covered(page: Page) -> None:
    """Nothing of the page is seen, read out or printed."""
    expect(page.get_by_role("heading", name="Écran verrouillé")).to_be_visible()
    assert "DURAND" not in page.evaluate(SEEN_BY_EAR)
    assert "DURAND" not in page.locator("body").aria_snapshot()
    page.emulate_media(media="print")
    assert set(page.evaluate(PRINTED)) <= {"hidden"}
    page.emulate_media(media="screen")


def come_back(page: Page, secret: str = PIN) -> None:
    page.get_by_label("Code court, badge ou mot de passe").fill(secret)
    page.keyboard.press("Enter")


def then_is_open(page: Page) -> None:
    expect(page.locator("#verrou")).to_be_hidden()
    expect(page.locator(".card").first).to_be_visible()


def then_session_is_locked() -> None:
    """Wait until the server has it so."""
    deadline = time.monotonic() + 15
    while Session.objects.get().locked_at is None:
        assert time.monotonic() < deadline, "the server does not learn of the lock"
        time.sleep(0.05)


def begin_a_discharge(page: Page, ward) -> None:
    card(page, ward.beds[0]).locator(".card-open").click()
    page.locator("#dialogue [data-act=discharge]").click()
    expect(page.get_by_label("Heure effective du départ")).to_be_visible()


def test_code_badge_or_password_brings_back_the_page_and_what_happened_meanwhile(page, full_ward, now) -> None:
    lock(page)
    then_no_key_gets_behind_the_cover(page)
    arrives(a_patient("PETIT"), full_ward.beds[1], at=now - HOUR)
    for secret in (PIN, BADGE, PASSWORD):
        come_back(page, secret)
        then_is_open(page)
        then_card_says(page, full_ward.beds[0], "occupied", "DURAND")
        then_card_says(page, full_ward.beds[1], "occupied", "PETIT")
        then_is_live(page)
        page.locator("header details").last.click()
        page.get_by_role("button", name="Verrouiller").click()
        then_is_covered(page)


def then_no_key_gets_behind_the_cover(page: Page) -> None:
    for key in ("Escape", "Escape", "Escape", "Tab", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#verrou')")
    then_is_covered(page)


def test_what_was_typed_in_an_open_dialog_is_still_there_and_done_once_known(page, full_ward) -> None:
    begin_a_discharge(page, full_ward)
    field = page.get_by_label("Heure effective du départ")
    proposed = field.input_value()
    field.fill("2026-01-02T03:04")
    lock(page)
    expect(page.locator("#dialogue")).to_be_hidden()
    come_back(page)
    expect(field).to_be_visible()
    expect(field).to_have_value("2026-01-02T03:04")
    expect(field).to_be_focused()

    field.fill(proposed)
    page.route(STATE, lambda route: route.abort())
    Session.objects.update(locked_at=timezone.now())
    page.get_by_role("button", name="Enregistrer la sortie").click()
    then_is_covered(page)
    page.unroute(STATE)
    come_back(page)
    expect(field).to_be_visible()
    then_card_says(page, full_ward.beds[0], "occupied")
    page.get_by_role("button", name="Enregistrer la sortie").click()
    then_card_says(page, full_ward.beds[0], "cleaning")


def test_a_page_left_to_itself_covers_itself_at_the_latest_under_the_first_hand(full_ward, open_page, person) -> None:
    ParameterValue.objects.create(key="session_lock_minutes", value=1, entered_at=timezone.now())
    page = open_page(person, "about:blank")
    page.clock.install()
    page.goto("/lits/")
    expect(page.locator(".card").first).to_be_visible()
    page.clock.run_for(50_000)
    expect(page.locator("#verrou")).to_be_hidden()
    answers = []
    page.route(STATE, lambda route: answers.append((route, route.fetch())))
    with page.expect_request(STATE):
        page.mouse.move(300, 300)
    page.clock.run_for(50_000)
    expect(page.locator("#verrou")).to_be_hidden()
    page.clock.run_for(20_000)
    then_is_covered(page)

    then_session_is_locked()
    ((route, answer),) = answers
    with page.expect_response(STATE):
        route.fulfill(response=answer)
    then_is_covered(page)
    page.unroute(STATE)
    come_back(page)
    then_is_open(page)
    page.clock.pause_at(timezone.now() + HOUR)
    page.mouse.move(400, 400)
    then_is_covered(page)


def test_an_answer_from_before_the_lock_lifts_no_cover(page) -> None:
    held, answers = {}, []
    page.route(LOCK, lambda route: held.update(lock=route))
    page.route(STATE, lambda route: answers.append((route, route.fetch())))
    lock(page)
    other = page.context.new_page()
    with page.expect_request(STATE):
        other.goto("/lits/")
    while not answers:
        page.wait_for_timeout(20)
    with page.expect_response(LOCK):
        held["lock"].continue_()
    then_session_is_locked()
    for route, answer in answers:
        with page.expect_response(STATE):
            route.fulfill(response=answer)
    assert [answer.json()["locked"] for _route, answer in answers] == [False]
    then_is_covered(page)


def test_every_tab_is_locked_and_freed_with_the_others(page, check_accessible) -> None:
    other = page.context.new_page()
    other.goto("/lits/?q=durand")
    expect(other.locator(".card").first).to_be_visible()
    lock(page)
    then_is_covered(other)
    come_back(other)
    then_is_open(other)
    then_is_open(page)

    lock(page)
    then_session_is_locked()
    other.goto("/lits/?q=durand")
    expect(other.get_by_role("heading", name="Écran verrouillé")).to_be_visible()
    assert "/verrou/" in other.url
    check_accessible(other)
    come_back(page)
    then_is_open(page)
    other.wait_for_url("**/lits/?q=durand")

    lock(page)
    then_session_is_locked()
    other.goto("/lits/")
    come_back(other)
    expect(other.locator(".card").first).to_be_visible()
    then_is_open(page)


def test_wrong_ones_are_said_and_the_fifth_ends_the_session(page, check_accessible) -> None:
    unlocks.set_badge(badge="0B:00:00:01", by=a_login(Role.NURSE), at=timezone.now())
    lock(page)
    check_accessible(page)
    come_back(page, "0B:00:00:01")
    expect(page.locator("#verrou-refus")).to_contain_text("Ce badge est celui de quelqu’un d’autre")
    then_is_covered(page)
    come_back(page)
    then_is_open(page)

    lock(page)
    for left in ("Encore 4 essais.", "Encore 3 essais.", "Encore 2 essais.", "Encore 1 essai."):
        come_back(page, "0000")
        expect(page.locator("#verrou-refus")).to_contain_text(left)
        expect(page.get_by_label("Code court, badge ou mot de passe")).to_be_focused()
    check_accessible(page)
    come_back(page, "0000")
    page.wait_for_url("**/connexion/")
    expect(page.locator("#annonces")).to_contain_text("la session est terminée")
    assert AuditEntry.objects.filter(action="session.fail").count() == 5


def test_somebody_else_takes_the_chair_and_sees_nothing_of_the_page_before(page, served) -> None:
    other_tab = page.context.new_page()
    other_tab.goto("/lits/")
    expect(other_tab.locator(".card").first).to_be_visible()
    lock(page)
    then_is_covered(other_tab)
    page.get_by_role("button", name="Changer de personne").click()
    page.wait_for_url("**/connexion/**")
    other = a_login(Role.HOUSEKEEPING)
    page.context.add_cookies([{"name": "sessionid", "value": session_of(other), "url": served}])
    come_back(other_tab, PASSWORD)
    expect(other_tab.locator("header .me")).to_contain_text("Bionettoyage")
    assert "DURAND" not in other_tab.content()


def test_without_the_network_the_cover_holds_and_says_so(full_ward, open_page, person) -> None:
    page = open_page(person, "about:blank")
    page.clock.install()
    page.goto("/lits/")
    then_is_live(page)
    page.context.set_offline(True)
    lock(page)
    assert Session.objects.get().locked_at is None
    page.context.set_offline(False)
    page.clock.run_for(LOOK_MS)
    then_session_is_locked()

    page.context.set_offline(True)
    come_back(page)
    expect(page.locator("#verrou-refus")).to_contain_text("Pas de réponse du serveur")
    then_is_covered(page)
    page.context.set_offline(False)
    come_back(page)
    then_is_open(page)

    page.goto("/compte/")
    lock(page)
    then_session_is_locked()
    page.go_back()
    then_is_covered(page)


def test_the_pages_of_accounts_are_accessible(
    open_page, check_accessible, check_every_screen, transactional_db
) -> None:
    admin, interface = a_login(Role.ADMINISTRATOR), a_login(Role.INTERFACE)
    page = open_page(admin, "about:blank")
    for address in (
        *("/compte/", "/admin/comptes/"),
        *(f"/admin/comptes/{account.pk}/" for account in (admin, interface)),
    ):
        page.goto(address)
        check_every_screen(page)
        for link in page.locator("a[hx-get]").all():
            page.set_viewport_size(PHONE)
            link.click()
            expect(page.locator("#dialogue")).to_be_visible()
            for viewport in some((PHONE, DESKTOP)):
                page.set_viewport_size(viewport)
                check_accessible(page)
            page.keyboard.press("Escape")
            expect(page.locator("#dialogue")).to_be_hidden()
