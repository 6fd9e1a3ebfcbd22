"""The tokens on the page of an account: shown once, replaced, revoked."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.models import ApiToken
from amh.core.models.tokens import digest
from amh.core.roles import Role
from tests.factories.clocks import paris
from tests.factories.logins import browser_of
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
URL = "/admin/comptes/"


@pytest.fixture
def client() -> Client:
    return browser_of(a_user(Role.ADMINISTRATOR))


@pytest.fixture
def gam():
    return a_user(Role.INTERFACE)


def issue(client: Client, user, **sent: object):
    return client.post(f"{URL}{user.pk}/jetons/", {"label": "ADT", "last_day": ""} | sent, headers=HTMX)


def test_the_secret_is_shown_once_and_kept_nowhere(client, gam) -> None:
    answer = issue(client, gam)
    secret = re.search(r'id="jeton" value="([^"]+)"', answer.content.decode()).group(1)
    assert digest(secret) == ApiToken.objects.get().digest
    assert "no-store" in answer["Cache-Control"]
    assert "messages" not in client.cookies
    page = client.get(f"{URL}{gam.pk}/").content.decode()
    assert "valable, sans fin" in page
    assert secret not in page
    assert ApiToken.objects.get().digest not in page


def test_the_last_day_is_good_to_its_end(client, gam) -> None:
    issue(client, gam, last_day="2030-06-30")
    assert ApiToken.objects.get().valid_until == paris("2030-07-01 00:00")


def test_a_year_is_proposed(client, gam) -> None:
    form = client.get(f"{URL}{gam.pk}/jetons/", headers=HTMX).content.decode()
    assert f'value="{timezone.localdate() + timedelta(days=365)}"' in form


@pytest.mark.parametrize("last_day", ["2020-01-01", "9999-12-31", "2200-01-01", "hier", "2030-02-30"])
def test_a_day_that_cannot_be_is_said(client, gam, last_day) -> None:
    answer = issue(client, gam, last_day=last_day)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode() or 'role="alert"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_may_be_limited_to_rights_of_the_role(client) -> None:
    manager = a_user(Role.BED_MANAGER)
    form = client.get(f"{URL}{manager.pk}/jetons/", headers=HTMX).content.decode()
    assert "voir le plan des lits" in form
    assert "gérer les comptes" not in form
    issue(client, manager, permissions=["view_board", "place"])
    assert ApiToken.objects.get().permissions == ["place", "view_board"]
    assert issue(client, manager, permissions=["set_accounts"]).status_code == 422


def test_a_token_is_replaced_then_revoked(client, gam) -> None:
    issue(client, gam)
    old = ApiToken.objects.get()
    answer = client.post(f"{URL}jetons/{old.pk}/remplacer/", {"last_day": ""}, headers=HTMX)
    assert 'id="jeton"' in answer.content.decode()
    new = ApiToken.objects.get(replaces=old)
    page = client.get(f"{URL}{gam.pk}/").content.decode()
    assert "remplacé" in page
    again = client.post(f"{URL}jetons/{old.pk}/remplacer/", {"last_day": ""}, headers=HTMX)
    assert again.status_code == 409
    assert "déjà remplacé" in again.content.decode()
    assert client.post(f"{URL}jetons/{new.pk}/revoquer/", headers=HTMX)["HX-Redirect"] == f"{URL}{gam.pk}/"
    assert client.post(f"{URL}jetons/{new.pk}/revoquer/", headers=HTMX).status_code == 409
    assert "révoqué le" in client.get(f"{URL}{gam.pk}/").content.decode()


def test_a_person_has_no_panel_of_tokens_until_they_have_one(client) -> None:
    manager = a_user(Role.BED_MANAGER)
    assert "Jetons" not in client.get(f"{URL}{manager.pk}/").content.decode()
    issue(client, manager)
    assert "Jetons" in client.get(f"{URL}{manager.pk}/").content.decode()


def test_a_label_that_is_a_script_is_inert(client, gam) -> None:
    issue(client, gam, label="<script>alert(1)</script>")
    for address in (f"{gam.pk}/", f"jetons/{ApiToken.objects.get().pk}/remplacer/"):
        assert "<script>alert" not in client.get(f"{URL}{address}").content.decode()
