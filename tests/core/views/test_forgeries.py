"""A form whose token is of no use any more: nothing is done, nothing typed is lost, and it is said."""

import pytest
from django.test import Client

from tests.factories.logins import a_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A browser whose cookies are gone."""
    return Client(enforce_csrf_checks=True)


def test_a_page_says_that_it_is_too_old(client: Client):
    response = client.post("/patients/nouveau/", {"birth_name": "MARTIN"})
    assert response.status_code == 403
    assert "Cette page est restée ouverte trop longtemps" in response.text


def test_a_part_of_a_page_keeps_what_was_typed_and_offers_to_log_in_again(client: Client):
    response = client.post("/patients/nouveau/", {"birth_name": "MARTIN"}, headers={"HX-Request": "true"})
    assert (response.status_code, response.text) == (401, "")


def test_to_somebody_who_is_logged_in_the_refusal_is_said_in_the_form(client: Client):
    client.force_login(a_login())
    response = client.post("/patients/nouveau/", {"birth_name": "MARTIN"}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert '<p class="refusal">' in response.text
