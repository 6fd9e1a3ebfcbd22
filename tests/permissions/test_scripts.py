"""What people type is shown by a real browser as they typed it, and runs nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from amh.core.models import User
from amh.core.roles import Role
from tests.permissions.worlds import PHRASE, a_world

WALK = {
    Role.TEAM_LEAD: ["/lits/", "/patients/{patient}/", "/taches/?qui=tous", "/equipe/", "/lits/?q=alert"],
    Role.ADMINISTRATOR: [
        *("/admin/unites/", "/admin/unites/{unit}/", "/admin/comptes/"),
        *("/interop/messages/", "/interop/envois/"),
    ],
    Role.DPO: ["/journal/", "/journal/acces/"],
}
"""Pages that show much of what people type, and who opens them."""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_shows_it_and_runs_nothing(page: Page, sign_in: Callable[[User], None]):
    world = a_world("ZZ", at=timezone.now())
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for role, addresses in WALK.items():
        sign_in(User.objects.create_user(f"walker-{role}", role=role, last_name=PHRASE))
        for address in addresses:
            page.goto(address.format_map(world.ids))
            body = page.locator("body")
            assert "<script>alert(1)" in body.inner_text().lower(), address
            assert page.locator("[onfocus]").count() == 0
