"""axe on every page and dialog, in light and dark, wide and narrow, French and English."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import beds, departures, reservations
from patients.actions import expected_discharges as expectations
from patients.models import Certainty, MovementKind
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_unit
from tests.factories.presences import expected, present, told
from tests.journeys.conftest import DESKTOP, NOTHING_IS_CUT, SCHEMES, card
from wards.models import ClosureReason, UnitKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


@pytest.fixture
def busy_ward(ward, now):
    """A ward with a bed in each state that can be had at once, and people without a bed."""
    first, second, third = ward.beds
    stay = present(first, patient=a_patient("DURAND"), at=now - HOUR)
    expectations.expect(stay=stay, expected_at=now - HOUR / 2, certainty=Certainty.CERTAIN, by=None, at=now)
    present(second, patient=a_patient("DURAND", first_names="Paul"), at=now - HOUR)
    beds.close(bed=third, reason=ClosureReason.WORKS, by=None, at=now)
    waiting = expected(ward.other, patient=a_patient("ATTENDUE"), at=now - HOUR)
    reservations.reserve(stay=waiting, bed=ward.other_bed, expected_at=now + HOUR, by=None, at=now)
    expected(ward.unit, at=now - HOUR)
    newcomer = present(ward.unit, at=now - HOUR)
    with transaction.atomic():
        told(newcomer, MovementKind.TRANSFER, at=now - HOUR / 2, place=second)
    present(ward.unit, at=now - HOUR)
    departures.to_lounge(stay=present(ward.unit, at=now - HOUR), by=None, at=now)
    a_unit("HAD", kind=UnitKind.HOME_CARE)
    return ward


def dialogs(page: Page, ward) -> list[tuple[str, str]]:
    """Each dialog of the board: the bed to open, the act to choose."""
    first, second, third = (bed.pk for bed in ward.beds)
    return [
        (f"#lit-{first}", ""),
        (f"#lit-{first}", "swap"),
        (f"#lit-{first}", "leave"),
        (f"#lit-{first}", "home-care"),
        (f"#lit-{first}", "die"),
        (f"#lit-{first}", "retime"),
        (f"#lit-{second}", "reconcile"),
        (f"#lit-{third}", "closure"),
        (f"#lit-{ward.other_bed.pk}", "close"),
        (f"#lit-{first}", "discharge"),
        (f"#lit-{first}", "move"),
        (f"#lit-{first}", "expect"),
        (f"#lit-{third}", ""),
        (f"#lit-{ward.other_bed.pk}", "place"),
    ]


def test_the_board_and_every_dialog_of_it(busy_ward, open_page, check_accessible, check_every_screen) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    expect(page.locator(".card")).to_have_count(4)
    check_every_screen(page, schemes=SCHEMES)
    dialog = page.locator("#dialogue")
    for bed, act in dialogs(page, busy_ward):
        page.locator(f"{bed} .card-open").click()
        expect(dialog).to_be_visible()
        if act:
            dialog.locator(f"[data-act={act}]").click()
            expect(dialog.locator("form[data-keep]")).to_be_visible()
        check_accessible(page)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_the_board_at_twice_the_size_and_in_english(busy_ward, open_page, check_accessible) -> None:
    page = open_page(a_user(Role.BED_MANAGER), viewport={"width": 683, "height": 384}, device_scale_factor=2)
    assert page.evaluate(NOTHING_IS_CUT)
    page.set_viewport_size(DESKTOP)
    page.locator("header details").last.click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where is there a bed?")
    expect(card(page, busy_ward.beds[0])).to_contain_text("Leaving")
    check_accessible(page)


def test_other_pages(busy_ward, open_page, check_accessible) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank")
    for address in (
        "/interop/messages/",
        "/interop/envois/",
        "/interop/a-rapprocher/",
        "/interop/conformite/",
        "/lits/?mode=mural",
        "/lits/?etat=libre",
        "/lits/?q=durand",
        "/lits/?etat=rien",
        "/rien/",
    ):
        page.goto(address)
        check_accessible(page)


def test_a_page_that_is_refused(ward, open_page, check_accessible) -> None:
    check_accessible(open_page(a_user(Role.NURSE, ward.unit), "/interop/messages/"))


def test_an_empty_hospital_says_what_to_do(open_page, check_accessible, transactional_db) -> None:
    page = open_page(a_user(Role.BED_MANAGER))
    expect(page.locator("#plan")).to_contain_text("Aucune unité n’est encore décrite")
    check_accessible(page)
