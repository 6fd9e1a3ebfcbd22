"""A message from another system moves a card on every open board, without anybody touching the page."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from amh.core.roles import Role
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.journeys.conftest import arrives, card, then_card_says, then_is_live
from tests.journeys.wires import wire

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)
SILENCE_MS, LONGEST_RETRY_MS = 14_000, 24_000


def test_admission_transfer_and_discharge_are_seen_on_two_boards_and_leave_the_focus(
    ward, open_page, send, now
) -> None:
    manager = open_page(a_user(Role.BED_MANAGER))
    nurse = open_page(a_user(Role.NURSE, ward.unit))
    first, second, _third = ward.beds
    for page in (manager, nurse):
        then_is_live(page)
        then_card_says(page, first, "free", "Libre")
        page.evaluate("window.untouched = true")
    card(manager, first).locator(".card-open").focus()

    assert "MSA|AA" in send(adt("A01", at=now - 3 * MINUTE))
    for page in (manager, nurse):
        then_card_says(page, first, "occupied", "DURAND Hélène", "12/03/1958")
    expect(card(manager, first).locator(".card-open")).to_be_focused()

    send(adt("A02", at=now - 2 * MINUTE, place="MED^201^P"))
    for page in (manager, nurse):
        then_card_says(page, second, "occupied", "DURAND Hélène")
        then_card_says(page, first, "cleaning", "À nettoyer")

    send(adt("A03", at=now - MINUTE, place="MED^201^P"))
    for page in (manager, nurse):
        then_card_says(page, second, "leaving", "départ à confirmer")

    card(manager, second).locator(".card-open").focus()
    manager.keyboard.press("s")
    manager.get_by_role("button", name="Confirmer le départ").click()
    for page in (manager, nurse):
        then_card_says(page, second, "cleaning")
        expect(page.locator(f"#unite-{ward.unit.pk}")).to_contain_text("0/3")
        assert page.evaluate("window.untouched")


def test_names_of_other_units_are_masked_and_a_unit_that_nobody_knows_appears(ward, open_page, send, now) -> None:
    page = open_page(a_user(Role.AMH, ward.unit))
    manager = open_page(a_user(Role.BED_MANAGER))
    for screen in (page, manager):
        then_is_live(screen)
    send(adt("A01", at=now - MINUTE, place="CHIR^301^1", name="SECRETE^Anne"))
    then_card_says(page, ward.other_bed, "occupied", "Patient")
    assert "SECRETE" not in page.content()
    page.reload()
    then_card_says(page, ward.other_bed, "occupied", "Patient")
    assert "SECRETE" not in page.content()

    send(adt("A01", at=now, place="", name="PAT-TROIS^Dominique").replace(b"^^^^^^^^^MED", b"Chir V^^^^^^^^^6268"))
    expect(manager.get_by_role("heading", name="Chir V")).to_be_visible(timeout=20_000)
    section = manager.get_by_role("region", name="Chir V")
    expect(section).to_contain_text("à référencer")
    expect(section).to_contain_text("PAT-TROIS Dominique")


def test_a_card_that_is_open_is_not_replaced_under_the_hand_and_hostile_names_are_inert(
    ward, open_page, send, now
) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    card(page, ward.beds[0]).locator(".card-open").click()
    dialog = page.locator("#dialogue")
    expect(dialog).to_be_visible()
    send(adt("A01", at=now - MINUTE))
    expect(dialog).to_contain_text("Modifié par un autre logiciel (CLCC) à ")
    expect(card(page, ward.beds[0])).to_have_attribute("data-state", "free")
    page.keyboard.press("Escape")
    then_card_says(page, ward.beds[0], "occupied")

    free = (*ward.beds[1:], ward.other_bed)
    for bed, name in zip(free, ["<script>alert(1)</script>", "O'BRIEN & <b>", "ŸVES"], strict=True):
        arrives(a_patient(name), bed, at=now - MINUTE)
        then_card_says(page, bed, "occupied", name.upper())
    assert page.locator(".card script, .card .name b").count() == 0


def test_a_board_that_was_cut_off_says_so_and_catches_up(ward, open_page, send, now, served) -> None:
    with wire(served) as cable:
        page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=cable.url)
        page.clock.install()
        page.goto("/lits/")
        then_is_live(page)
        cable.cut()
        send(adt("A01", at=now - MINUTE))
        page.clock.fast_forward(SILENCE_MS)
        expect(page.locator("#connexion")).to_contain_text("onnées de")
        then_card_says(page, ward.beds[0], "free")
        cable.mend()
        page.clock.fast_forward(LONGEST_RETRY_MS)
        expect(card(page, ward.beds[0])).to_have_attribute("data-state", "occupied", timeout=20_000)
        then_is_live(page)
