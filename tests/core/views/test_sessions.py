"""Logging in: said in words when it is refused, and throttled."""

import pytest
from django.test import Client

from amh.core.models import User
from amh.core.roles import Role

pytestmark = pytest.mark.django_db

URL = "/connexion/"
PASSWORD = "correct horse battery"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("lits", role=Role.BED_MANAGER, password=PASSWORD)


def log_in(client: Client, password: str, username: str = "lits"):
    return client.post(URL, {"username": username, "password": password, "next": "/lits/?unite=MED"})


def test_the_right_password_leads_where_one_wanted_to_go(client: Client, person: User) -> None:
    response = log_in(client, PASSWORD)
    assert (response.status_code, response.url) == (302, "/lits/?unite=MED")


def test_a_wrong_one_is_said_and_keeps_the_name(client: Client, person: User) -> None:
    page = log_in(client, "wrong").content.decode()
    assert "Identifiant ou mot de passe inconnu" in page
    assert 'value="lits"' in page


def test_nobody_is_sent_to_another_site(client: Client, person: User) -> None:
    response = client.post(URL, {"username": "lits", "password": PASSWORD, "next": "https://example.org/"})
    assert response.url == "/"


def test_too_many_tries_lock_the_name_for_a_while_whatever_the_password(client: Client, person: User) -> None:
    for _ in range(8):
        response = log_in(client, "wrong")
    assert response.status_code == 429
    assert "Compte bloqué un moment" in response.content.decode()
    assert "Réessayer dans 15 min." in response.content.decode()
    assert log_in(client, PASSWORD).status_code == 429


def test_another_name_is_not_locked_with_it(client: Client, person: User) -> None:
    User.objects.create_user("autre", role=Role.AMH, password=PASSWORD)
    for _ in range(8):
        log_in(client, "wrong")
    assert log_in(client, PASSWORD, "autre").status_code == 302


def test_an_address_that_only_acts_says_so(client: Client, person: User) -> None:
    log_in(client, PASSWORD)
    response = client.get("/mouvements/1/annuler/")
    assert response.status_code == 405
    assert "Rien n’a été fait" in response.content.decode()
