from datetime import timedelta
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.actions import accounts
from amh.core.api import tasks
from amh.core.models import ApiToken, TokenFailure, User
from amh.core.roles import Role
from amh.core.tries import TRIES, WINDOW
from amh.demo.soak.duels import duel
from tests.core.api import world
from tests.factories.logins import BACKEND, a_login

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


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer a, Bearer b", "Bearer a,Bearer b", "Bearer wrong", "Bearer é", "Token "]
)
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


def test_two_good_tokens_are_one_too_many(program):
    assert status_with(f"Bearer {program.secret}, Bearer {program.secret}") == 401


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "Authorization"])
def test_a_token_in_the_address_is_none(program, name):
    assert Client().get(UNITS, {name: program.secret}).status_code == 401
    assert Client().get(UNITS, {name: f"Bearer {program.secret}"}).status_code == 401


def test_the_token_of_a_leaver_is_refused(program):
    accounts.close(user=program.user, by=None, at=timezone.now())
    assert status_with(f"Bearer {program.secret}") == 401
    accounts.reopen(user=program.user, by=None, at=timezone.now())
    assert status_with(f"Bearer {program.secret}") == 401


def test_use_is_noted(program):
    assert status_with(f"Bearer {program.secret}") == 200
    assert timezone.now() - ApiToken.objects.get().last_used_at < timedelta(minutes=1)


def test_who_shows_many_unknown_tokens_is_told_to_wait(program):
    for _ in range(TRIES):
        assert status_with("Bearer wrong") == 401
    answer = Client().get(UNITS, headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= WINDOW.total_seconds()


def test_behind_the_same_address_a_good_token_still_opens(program):
    for _ in range(TRIES + 1):
        status_with("Bearer wrong")
    assert status_with(f"Bearer {program.secret}") == 200


def test_another_address_does_not_wait(program):
    for _ in range(TRIES + 1):
        status_with("Bearer wrong")
    answer = Client(REMOTE_ADDR="192.0.2.7").get(UNITS, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_after_the_window_one_begins_anew(program):
    for _ in range(TRIES + 1):
        status_with("Bearer wrong")
    TokenFailure.objects.update(since=timezone.now() - WINDOW)
    assert status_with("Bearer wrong") == 401
    assert TokenFailure.objects.get().count == 1


def test_an_address_is_forgotten_after_a_day():
    for address, hours in (("192.0.2.7", 25), ("192.0.2.8", 23)):
        TokenFailure.objects.create(address=address, since=timezone.now() - timedelta(hours=hours), count=3)
    tasks.prune_failures()
    assert TokenFailure.objects.get().address == "192.0.2.8"


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted():
    assert duel([lambda: status_with("Bearer wrong")] * 8, chance=Random(1)) == [None] * 8
    assert TokenFailure.objects.get().count == 8


def test_the_csrf_token_of_another_session_does_not_do():
    mine, other = (Client(enforce_csrf_checks=True) for _ in range(2))
    for client in (mine, other):
        client.force_login(a_login(), backend=BACKEND)
        client.get("/lits/")
    bed = world.bed(world.unit())
    headers = {"X-CSRFToken": other.cookies["csrftoken"].value}
    address, body = f"/api/v1/beds/{bed.pk}/close/", {"reason": "works"}
    assert mine.post(address, body, content_type="application/json", headers=headers).status_code == 403
    headers = {"X-CSRFToken": mine.cookies["csrftoken"].value}
    assert mine.post(address, body, content_type="application/json", headers=headers).status_code == 200


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
