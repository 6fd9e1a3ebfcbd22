"""The team by keyboard, and axe on its pages and those of calendars."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from amh.core.models import User
from amh.core.roles import Role
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.people import a_user
from tests.factories.staffs import a_cover, a_duty, an_absence
from tests.journeys.conftest import PHONE, SCHEMES
from wards.models import Cover

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(ward, now):
    """The lead of a team in which somebody is away, somebody took over and somebody is on call."""
    away = a_user(Role.AMH, ward.unit)
    an_absence(away, start=now - HOUR, end=now + 4 * HOUR, at=now)
    a_cover(ward.unit, start=now, end=now + 3 * HOUR, at=now)
    a_duty(start=now, end=now + 3 * HOUR, at=now)
    return a_user(Role.TEAM_LEAD, ward.unit)


def test_the_page_of_the_team_and_every_dialog(lead, ward, open_page, check_accessible, check_every_screen) -> None:
    page = open_page(lead, "/equipe/")
    expect(page.locator(".team")).to_have_count(2)
    check_every_screen(page, schemes=SCHEMES)
    dialog = page.locator("#dialogue")
    forms = ["Confier un relais", "Noter une absence", "Confier une garde"]
    links = [page.get_by_role("link", name=name, exact=True) for name in forms]
    for link in [*links, *(page.locator(".change").nth(number) for number in range(3))]:
        link.click()
        expect(dialog.locator("form, .facts").first).to_be_visible()
        check_accessible(page)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    page.locator(".team").first.get_by_role("link", name="Confier").click()
    expect(dialog.get_by_label("Unité")).to_have_value(str(ward.unit.pk))
    busy = User.objects.get(pk=Cover.objects.get().user_id)
    dialog.get_by_label("Qui prend le relais").select_option(str(busy.pk))
    dialog.get_by_role("button", name="Confier ce relais").click()
    expect(dialog).to_contain_text("tient déjà le relais")
    expect(dialog.get_by_label("Qui prend le relais")).to_have_value(str(busy.pk))


def test_a_unit_is_taken_over_with_one_key(ward, open_page) -> None:
    amh = a_user(Role.AMH)
    page = open_page(amh, "/equipe/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".team").nth(1).get_by_role("link", name=ward.other.name)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("j")
    expect(page.locator("#annonces")).to_contain_text(f"{ward.unit.name} : vous tenez le relais")
    expect(page.locator(".team").first).to_have_attribute("data-presence", "held")
    assert Cover.objects.get().user == amh


def test_the_pages_of_calendars(ward, open_page, check_every_screen) -> None:
    made = a_calendar("Hôpital de jour", hours=OFFICE_HOURS)
    a_calendar("À décrire")
    page = open_page(a_user(Role.ADMINISTRATOR), "/admin/calendriers/")
    check_every_screen(page)
    page.goto(f"/admin/calendriers/{made.pk}/")
    check_every_screen(page)
    dialog = page.locator("#dialogue")
    for name in ("Changer les horaires", "Ajouter une exception", "Modifier"):
        page.set_viewport_size(PHONE)
        page.get_by_role("link", name=name, exact=True).click()
        expect(dialog.locator("form[data-keep]")).to_be_visible()
        check_every_screen(page)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
