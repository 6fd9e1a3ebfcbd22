"""The morning confirmation and the Friday question: by keyboard alone, on a phone, and when the ward changes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import beds, stays
from patients.actions import expected_discharges as expectations
from patients.models import Certainty
from tests.factories.calendars import a_calendar
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, fresh, present
from tests.journeys.conftest import NOTHING_IS_CUT, PHONE, SCHEMES, arrives, then_is_live
from wards.models import CalendarException, Confirmation
from wards.weeks import WHOLE_DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
ADDRESS = "/lits/confirmer/?unite=MED"


def overdue(bed, name, now):
    """Somebody who should have left half an hour ago."""
    stay = present(bed, patient=a_patient(name), at=now - 3 * HOUR)
    expectations.expect(stay=stay, expected_at=now - HOUR / 2, certainty=Certainty.PROBABLE, by=None, at=now - HOUR)
    return fresh(stay)


def presses(page: Page, *keys: str) -> int:
    """Press the keys one after the other; how many they were."""
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_an_amh_settles_a_doubt_and_confirms_with_four_keys(ward, open_page, now) -> None:
    overdue(ward.beds[0], "DURAND", now)
    page = open_page(a_user(Role.AMH, ward.unit), ADDRESS)
    then_is_live(page)
    expect(page.get_by_role("button", name="Confirmer quand même (1 doute)")).to_be_visible()

    keys = presses(page, "ArrowDown")
    expect(page.locator("[id^=doute-overdue] .line-open")).to_be_focused()
    keys += presses(page, "s")
    expect(page.get_by_label("Vers (facultatif)")).to_be_focused()
    keys += presses(page, "Enter")
    expect(page.get_by_role("button", name="Tout est juste")).to_be_focused()
    expect(page.locator("#annonces")).to_contain_text("Sortie enregistrée : DURAND Anne.")
    expect(page.locator("[data-changed-note]")).to_be_hidden()
    keys += presses(page, "Enter")
    expect(page.locator("#annonces")).to_contain_text("Médecine : plan confirmé.")

    assert page.url.endswith("/lits/?unite=MED")
    assert Confirmation.objects.get().doubts == 0
    assert keys == 4


def test_a_unit_in_order_is_confirmed_with_one_key_and_a_doubt_may_stand(ward, open_page, now) -> None:
    page = open_page(a_user(Role.NURSE, ward.unit), ADDRESS)
    then_is_live(page)
    presses(page, "Enter")
    expect(page.locator("#annonces")).to_contain_text("plan confirmé")

    overdue(ward.beds[0], "DURAND", now)
    page.goto(ADDRESS)
    presses(page, "Enter")
    expect(page.locator("#annonces")).to_contain_text("plan confirmé")
    assert list(Confirmation.objects.order_by("pk").values_list("doubts", flat=True)) == [0, 1]


def test_what_changes_meanwhile_is_marked_and_never_confirmed_unseen(ward, open_page, now) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), ADDRESS)
    then_is_live(page)
    expect(page.locator(f"#ligne-lit-{ward.beds[0].pk}")).to_contain_text("Libre")

    arrives(a_patient("MARTIN"), ward.beds[0], at=timezone.now())
    line = page.locator(f"#ligne-lit-{ward.beds[0].pk}")
    expect(line).to_contain_text("MARTIN Anne")
    expect(line).to_have_attribute("data-changed", "")
    expect(page.locator("[data-changed-note]")).to_contain_text("Le plan vient de changer")

    page.route("**/live/**", lambda route: route.abort())
    page.reload()
    expected(ward.unit, patient=a_patient("PETIT"), at=now - 2 * HOUR)
    presses(page, "Enter")
    expect(page.locator("[data-changed-note]")).to_contain_text("Le plan a changé : 1 doute de plus.")
    expect(page.get_by_role("button", name="Confirmer quand même (1 doute)")).to_be_visible()
    assert not Confirmation.objects.exists()


def test_nothing_moves_under_an_open_dialog_and_the_next_doubt_takes_the_focus(ward, open_page, now) -> None:
    for bed, name in zip(ward.beds[:2], ("DURAND", "PETIT"), strict=True):
        overdue(bed, name, now)
    page = open_page(a_user(Role.AMH, ward.unit), ADDRESS)
    then_is_live(page)
    first, second = (page.locator(f"#doute-overdue-{bed.pk}") for bed in ward.beds[:2])
    presses(page, "ArrowDown", "s")
    expect(page.get_by_label("Vers (facultatif)")).to_be_focused()
    arrives(a_patient("MARTIN"), ward.beds[2], at=timezone.now())
    page.wait_for_timeout(1_000)
    expect(page.locator(f"#ligne-lit-{ward.beds[2].pk}")).to_contain_text("Libre")
    presses(page, "Enter")
    expect(first).to_have_count(0)
    expect(second.locator(".line-open")).to_be_focused()
    expect(page.locator(f"#ligne-lit-{ward.beds[2].pk}")).to_contain_text("MARTIN Anne")


def test_a_bed_that_waits_is_clean_with_one_key(ward, open_page, now) -> None:
    stay = present(ward.beds[0], at=now - 9 * HOUR)
    stays.discharge(stay=stay, effective_at=now - 6 * HOUR, by=None, at=now - 6 * HOUR)
    page = open_page(a_user(Role.AMH, ward.unit), ADDRESS)
    then_is_live(page)
    presses(page, "ArrowDown", "n")
    expect(page.locator("#annonces")).to_contain_text("propre")
    expect(page.get_by_role("button", name="Tout est juste")).to_be_visible()


def test_on_a_phone_the_answer_is_under_the_thumb(ward, open_page, now) -> None:
    overdue(ward.beds[0], "DURAND", now)
    page = open_page(a_user(Role.NURSE, ward.unit), ADDRESS, viewport=PHONE, has_touch=True, is_mobile=True)
    then_is_live(page)
    assert page.evaluate(NOTHING_IS_CUT)
    button = page.locator("[data-answer]")
    box = button.bounding_box()
    assert box["height"] >= 44
    assert box["y"] > PHONE["height"] / 2
    page.get_by_role("link", name="Sorti").tap()
    page.get_by_role("button", name="Enregistrer la sortie").tap()
    expect(button).to_contain_text("Tout est juste")
    button.tap()
    expect(page.locator("#annonces")).to_contain_text("plan confirmé")


def test_the_pages_are_accessible_and_nothing_is_cut(
    ward, open_page, check_every_screen, check_accessible, now
) -> None:
    overdue(ward.beds[0], "DURAND", now)
    present(ward.unit, at=now - HOUR)
    expected(ward.unit, at=now - HOUR)
    page = open_page(a_user(Role.AMH, ward.unit), ADDRESS)
    check_every_screen(page, schemes=SCHEMES)
    page.set_viewport_size({"width": 683, "height": 384})
    assert page.evaluate(NOTHING_IS_CUT)
    page.goto("/lits/confirmer/")
    check_every_screen(page)
    refused = open_page(a_user(Role.PHYSICIAN, ward.unit), ADDRESS)
    expect(refused.locator(".answer")).to_contain_text("pas le confirmer")
    check_accessible(refused)


@pytest.fixture
def closing(ward, now):
    """The unit closes at the next midnight, for two days."""
    calendar = a_calendar("Hôpital de semaine", hours={day: [WHOLE_DAY] for day in range(7)}, closed_on_holidays=False)
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    CalendarException.objects.create(calendar=calendar, first_day=tomorrow, last_day=tomorrow + timedelta(days=1))
    ward.unit.calendar = calendar
    ward.unit.save()
    return ward


def test_the_friday_question_is_answered_with_one_key_each(closing, open_page, check_every_screen, now) -> None:
    first, second = (
        present(bed, patient=a_patient(name), at=now - 3 * HOUR)
        for bed, name in zip(closing.beds[:2], ("DURAND", "PETIT"), strict=True)
    )
    page = open_page(a_user(Role.AMH, closing.unit), "/lits/fermeture/?unite=MED")
    then_is_live(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Médecine : où vont les 2 patients ?")
    check_every_screen(page, schemes=SCHEMES)

    presses(page, "ArrowDown", "c")
    expect(page.locator("#annonces")).to_contain_text("Sortie certaine")
    expect(page.locator("#decides summary")).to_have_text("1 patient sait où il va")
    expect(page.locator("#question")).to_contain_text("1 patient à orienter")
    assert fresh(first).expected_discharge_certainty == Certainty.CERTAIN

    expect(page.locator(".guest .line-open").first).to_be_focused()
    presses(page, "m")
    expect(page.get_by_label("Vers le lit")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#annonces").get_by_role("button", name="Annuler").click()
    expect(page.locator("#question")).to_contain_text("2 patients à orienter")
    assert fresh(second).expected_discharge_at is None


def test_a_unit_that_is_empty_has_decided(closing, open_page, now) -> None:
    beds.clean(bed=closing.beds[0], by=None, at=now)
    page = open_page(a_user(Role.AMH, closing.unit), "/lits/fermeture/?unite=MED")
    expect(page.get_by_role("heading", level=1)).to_have_text("Médecine : chacun sait où il va")
    expect(page.locator("#question")).to_contain_text("Tout est décidé.")
