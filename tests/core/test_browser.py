"""The browser that journeys use really sees the application."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from amh.core.models import User
from amh.core.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_session_given_to_the_browser_is_accepted(page: Page, sign_in: Callable[[User], None]) -> None:
    person = User.objects.create_user("lits", role=Role.BED_MANAGER, last_name="MARTIN")
    sign_in(person)
    page.goto("/lits/")
    assert page.url.endswith("/lits/")


def test_the_log_in_page_is_accessible(page: Page, check_accessible: Callable[[Page], None]) -> None:
    page.goto("/lits/")
    check_accessible(page)
