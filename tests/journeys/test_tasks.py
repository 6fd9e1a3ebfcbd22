"""What waits for a person: taken, done and undone by mouse, by keyboard alone and on a phone, while others work too."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import tasks
from patients.models import Task, TaskState
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
TITLES = ("Rappeler la fille", "Demander le compte-rendu", "Préparer le dossier de sortie")


@pytest.fixture
def waiting(ward, now) -> list[Task]:
    """Three tasks of the ward, the first one late and about a patient."""
    stay = present(ward.beds[0], patient=a_patient("LE GOUVELLO", first_names="Marie-Bénédicte"), at=now - 30 * HOUR)
    delays = (30, 240, 6000)
    return [
        tasks.ask(
            title=title,
            role=Role.AMH,
            unit=ward.unit,
            stay=stay if delay == 30 else None,
            minutes=delay,
            by=None,
            at=now - HOUR,
        )
        for title, delay in zip(TITLES, delays, strict=True)
    ]


def line(page: Page, task: Task):
    return page.locator(f"#tache-{task.pk}")


def state(task: Task) -> str:
    task.refresh_from_db()
    return task.state


def test_take_finish_undo_and_ask_by_mouse(ward, waiting, open_page, check_accessible) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), "/taches/")
    first = waiting[0]
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu’est-ce qui m’attend ?")
    expect(page.locator("[data-group=late]")).to_contain_text("LE GOUVELLO Marie-Bénédicte, 12/03/1958")
    check_accessible(page)
    line(page, first).get_by_role("button", name="Prendre").click()
    expect(line(page, first)).to_contain_text("je l’ai prise")
    line(page, first).get_by_role("button", name="Faite").click()
    expect(page.locator("#annonces")).to_contain_text("Tâche faite : Rappeler la fille.")
    expect(line(page, first)).to_have_count(0)
    assert state(first) == TaskState.DONE
    page.locator("#annonces").get_by_role("button", name="Annuler").click()
    expect(line(page, first)).to_contain_text("je l’ai prise")
    assert state(first) == TaskState.CLAIMED
    check_accessible(page)

    page.get_by_role("link", name="Demander une tâche").click()
    dialog = page.locator("#dialogue")
    expect(dialog).to_be_visible()
    check_accessible(page)
    dialog.get_by_role("button", name="Demander cette tâche").click()
    expect(dialog.locator(".errorlist")).to_be_visible()
    dialog.get_by_label("À faire").fill("Commander un fauteuil")
    dialog.get_by_label("Unité").select_option(label="Médecine")
    dialog.get_by_role("button", name="Demander cette tâche").click()
    expect(page.locator("#taches")).to_contain_text("Commander un fauteuil")


def test_the_whole_list_by_keyboard_alone(ward, waiting, open_page) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), "/taches/")
    first, second, third = waiting
    page.keyboard.press("ArrowDown")
    expect(line(page, first)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(line(page, second)).to_be_focused()
    page.keyboard.press("p")
    expect(line(page, second)).to_contain_text("je l’ai prise")
    expect(line(page, second)).to_be_focused()
    page.keyboard.press("f")
    expect(line(page, second)).to_have_count(0)
    expect(line(page, third)).to_be_focused()
    page.keyboard.press("o")
    expect(line(page, third)).to_have_count(0)
    page.keyboard.press("a")
    expect(line(page, third)).to_be_visible()
    assert [state(task) for task in waiting] == [TaskState.OPEN, TaskState.DONE, TaskState.OPEN]


def test_a_colleague_who_is_quicker_is_named_and_the_team_lead_sees_every_trade(ward, waiting, open_page) -> None:
    page, colleague = open_page(a_user(Role.AMH, ward.unit), "/taches/"), a_user(Role.AMH, ward.unit)
    tasks.claim(task=waiting[0], by=colleague, at=waiting[0].entered_at)
    line(page, waiting[0]).get_by_role("button", name="Faite").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{colleague} a pris cette tâche")
    expect(line(page, waiting[0])).to_contain_text(f"prise par {colleague}")
    expect(line(page, waiting[0]).get_by_role("button")).to_have_count(0)

    page = open_page(a_user(Role.TEAM_LEAD), "/taches/")
    expect(line(page, waiting[0])).to_be_visible()
    page.get_by_role("link", name="Mon métier").click()
    expect(page.locator("#taches")).to_contain_text("Rien n’attend ici.")


def test_the_page_looks_again_by_itself_keeps_the_focus_and_says_how_old_it_is(ward, waiting, open_page, now) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), "/taches/")
    page.keyboard.press("ArrowDown")
    added = tasks.ask(title="Une de plus", role=Role.AMH, unit=ward.unit, minutes=60, by=None, at=now)
    with page.expect_request(lambda request: request.headers.get("amh-background") == "1"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(line(page, added)).to_be_visible()
    expect(line(page, waiting[0])).to_be_focused()

    expect(page.locator("[data-age]")).to_contain_text("À jour à")
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-age]")).to_contain_text("Sans réponse : données de")
    expect(line(page, waiting[0])).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-age]")).to_contain_text("À jour à")


def test_on_a_phone(ward, waiting, open_page, check_accessible) -> None:
    page = open_page(a_user(Role.AMH, ward.unit), "/taches/", viewport=PHONE, has_touch=True)
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button = line(page, waiting[0]).get_by_role("button", name="Faite")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    expect(line(page, waiting[0])).to_have_count(0)
