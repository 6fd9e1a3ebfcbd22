"""Nobody gets anything, and whoever shows the wrong thing is nobody: on every page and every operation."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.live import topics, visitors
from amh.core.live.visitors import Visit as Watch
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.permissions import Door, Kind, doors
from amh.core.roles import ROLES, Permission, Role
from tests.expectations import undone
from tests.lengths import some
from tests.permissions.addresses import visit
from tests.permissions.conftest import Hospital, Position, called
from tests.permissions.tables import DOORS, role_for

pytestmark = pytest.mark.django_db

PAGES = [door for door in DOORS if door.kind == Kind.PAGE]
OPERATIONS = [door for door in DOORS if door.kind == Kind.REST]
PUBLIC = [door for door in doors() if door.permissions is None]
FORGED = ("CSRF", "Page trop ancienne")
"""What the interface and a page say of a form that is not theirs."""
SECRET = "a-secret-of-the-tests"


def faults(
    those: list[Door], hospital: Hospital, call: Callable[[Door, Any, str], str], *, method: str = "GET"
) -> list[str]:
    """Each door called once, a third of them in a short run; ``call`` says what was wrong."""
    found = []
    for door in some(those):
        step = visit(door, hospital.worlds[Position.OWN], role_for(door), at=hospital.at)
        with undone():
            wrong = call(door, step, door.method or method)
        found += [f"{door.method} {door.address}: {wrong}"] if wrong else []
    return found


def unless(right: bool, answer: Any) -> str:
    return "" if right else f"{answer.status_code} {answer.content[:200]!r}"


def test_a_page_sends_nobody_to_the_log_in(hospital: Hospital, token: ApiToken):
    """Nor does a token open one."""

    def call(door: Door, step: Any, method: str) -> str:
        answer = called(Client(), step, method, Authorization=f"Bearer {SECRET}")
        return unless(answer.status_code == 302 and answer.url.startswith("/connexion/?next="), answer)

    assert faults(PAGES, hospital, call) == []


def test_a_part_of_a_page_answers_nobody_with_a_plain_refusal(hospital: Hospital):
    def call(door: Door, step: Any, method: str) -> str:
        answer = called(Client(), step, method, **{"HX-Request": "true"})
        return unless((answer.status_code, answer.content) == (401, b""), answer)

    assert faults(PAGES, hospital, call, method="POST") == []


def test_an_operation_asks_nobody_to_show_who_they_are(hospital: Hospital, token: ApiToken):
    """Nor is a token in the address one: addresses are written into logs."""
    shown = f"?token={SECRET}&access_token={SECRET}&api_key={SECRET}"

    def call(door: Door, step: Any, method: str) -> str:
        answer = called(Client(), replace(step, path=step.path + shown), method)
        return unless(refused_as_nobody(answer), answer)

    assert faults(OPERATIONS, hospital, call) == []


def refused_as_nobody(answer: Any) -> bool:
    return answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")


SECRETS = re.compile(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"')
"""Chance writes these, and may write anything."""


@pytest.mark.parametrize("door", PUBLIC, ids=[door.address for door in PUBLIC])
def test_what_is_public_names_nobody(door: Door, hospital: Hospital):
    answer = Client().get(door.address)
    assert answer.status_code in {200, 301, 302, 503}
    assert "ZZ" not in SECRETS.sub("", answer.text)


def test_nobody_watches(hospital: Hospital):
    watches = [Watch(topic, key, "fr", {}) for topic in topics.registered() for key in ("", "made-up")]
    assert {ruling.status for ruling in visitors.review(watches)} == {401}


@pytest.fixture
def token(hospital: Hospital) -> ApiToken:
    """A token of the team lead, with which much may be done."""
    user = hospital.visitors[Role.TEAM_LEAD].user
    return ApiToken.objects.create(user=user, label="essai", digest=digest(SECRET))


SPOILT: list[Callable[[ApiToken], int]] = [
    lambda token: ApiToken.objects.filter(pk=token.pk).update(valid_until=timezone.now() - timedelta(seconds=1)),
    lambda token: ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now()),
    lambda token: User.objects.filter(pk=token.user_id).update(is_active=False),
]
"""A token that has run out, one that was revoked, that of a leaver."""


def test_a_token_that_is_no_longer_good_opens_nothing_even_beside_a_session(hospital: Hospital, token: ApiToken):
    client, ways = hospital.visitors[Role.ADMINISTRATOR].client, cycle(SPOILT)

    def call(door: Door, step: Any, method: str) -> str:
        next(ways)(token)
        answer = called(client, step, method, Authorization=f"Bearer {SECRET}")
        return unless(refused_as_nobody(answer), answer)

    assert faults(OPERATIONS, hospital, call) == []


@pytest.mark.parametrize("limited", ["to the door’s rights", "to all others"])
def test_a_token_limited_to_some_rights_has_no_others(limited: str, hospital: Hospital):
    """Whatever else the account may do, and whoever has logged in beside it."""
    good = limited == "to the door’s rights"
    client = hospital.visitors[Role.TEAM_LEAD].client

    def call(door: Door, step: Any, method: str) -> str:
        role, asked = role_for(door), set(door.permissions or ())
        limits = asked if good else (set(ROLES[role]) - asked or {"none"})
        user = hospital.visitors[role].user
        ApiToken.objects.create(user=user, label="essai", digest=digest(SECRET), permissions=list(limits))
        answer = called(client, step, method, Authorization=f"Bearer {SECRET}")
        return unless(answer.status_code == (200 if good else 403), answer)

    guarded = [door for door in OPERATIONS if door.permissions and (door.method == "GET" or not good)]
    assert faults(guarded, hospital, call) == []


def test_a_token_has_no_right_that_its_account_has_not(hospital: Hospital):
    user = hospital.visitors[Role.AMH].user
    ApiToken.objects.create(user=user, label="essai", digest=digest(SECRET), permissions=list(Permission))
    headers = {"Authorization": f"Bearer {SECRET}"}
    assert Client().get("/api/v1/beds/", headers=headers).status_code == 200
    assert Client().get("/api/v1/accounts/", headers=headers).status_code == 403


def forger(role: Role, hospital: Hospital) -> Client:
    """The browser of a person, as another site would have it send its forms."""
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(hospital.visitors[role].cookies | {"csrftoken": "a" * 32})
    return client


def test_a_form_from_elsewhere_does_nothing(hospital: Hospital):
    """Sent without the token of a form, or with another session’s."""
    clients, ways = {role: forger(role, hospital) for role in Role}, cycle([{}, {"X-CSRFToken": "b" * 32}])

    def call(door: Door, step: Any, method: str) -> str:
        answer = called(clients[role_for(door)], step, method, **next(ways))
        return unless(answer.status_code == 403 and any(words in answer.text for words in FORGED), answer)

    assert faults([door for door in DOORS if door.method != "GET"], hospital, call, method="POST") == []
