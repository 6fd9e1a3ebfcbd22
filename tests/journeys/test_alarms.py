"""A system falls silent: open boards say so by themselves, and stop saying so once it talks again."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from amh.interop.actions import alerts
from amh.interop.models import Sender
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.journeys.conftest import then_is_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "Le système Admissions ne parle plus depuis"


def alarm(page: Page):
    return page.locator("#alarme")


def test_boards_and_walls_say_who_is_silent_and_stop_when_it_talks(
    ward, open_page, send, now, check_accessible
) -> None:
    send(adt("A28", at=now))
    Sender.objects.update(watched=True, name="Admissions")
    board = open_page(a_user(Role.BED_MANAGER))
    wall = open_page(a_user(Role.NURSE, ward.unit), "/lits/?mode=mural")
    for page in (board, wall):
        then_is_live(page)
        expect(alarm(page)).to_be_hidden()
        page.evaluate("window.untouched = true")

    alerts.watch(at=now + timedelta(minutes=90))
    for page in (board, wall):
        expect(alarm(page)).to_contain_text(SAID)
        check_accessible(page)
    link = board.locator(".alarm a")
    expect(link).to_be_visible()

    send(adt("A28", at=now))
    for page in (board, wall):
        expect(alarm(page)).to_be_hidden()
        assert page.evaluate("window.untouched")
    expect(link).to_be_hidden()
