from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.models import User
from amh.core.roles import Role
from tests.core.api import world

pytestmark = pytest.mark.django_db

UNITS = "/api/v1/units/"


def status_with(header: str) -> int:
    return Client().get(UNITS, headers={"Authorization": header}).status_code


@pytest.fixture
def program() -> world.Program:
    return world.program()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token"])
def test_a_token_opens(program, scheme):
    assert status_with(f"{scheme} {program.secret}") == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer wrong", "Bearer é", "Token "])
def test_what_is_no_token_is_refused_with_a_challenge(program, header):
    answer = Client().get(UNITS, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="AMH"'


def test_nobody_gets_in_without_one():
    answer = Client().get(UNITS)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="AMH"'
    assert answer["Content-Type"] == "application/problem+json"


def test_another_scheme_is_nobody():
    assert status_with("Basic YW1oOmRlbW8=") == 401


def test_a_token_that_has_run_out_is_refused(program):
    secret = world.token(program.user, valid_until=timezone.now() - timedelta(seconds=1))

    assert status_with(f"Bearer {secret}") == 401


def test_the_token_of_an_account_that_was_closed_is_refused(program):
    User.objects.filter(pk=program.user.pk).update(is_active=False)

    assert status_with(f"Bearer {program.secret}") == 401


def test_a_session_reads_and_writes_with_its_csrf_token_alone():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("lits", role=Role.BED_MANAGER))
    bed = world.bed(world.unit())
    body = {"reason": "works"}

    assert client.get(UNITS).status_code == 200
    refused = client.post(f"/api/v1/beds/{bed.pk}/close/", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")

    token = "a" * 32
    client.cookies["csrftoken"] = token
    headers = {"X-CSRFToken": token}
    closed = client.post(f"/api/v1/beds/{bed.pk}/close/", body, content_type="application/json", headers=headers)
    assert closed.status_code == 200
