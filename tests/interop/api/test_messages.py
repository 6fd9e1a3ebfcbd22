"""``POST /interop/hl7/`` as a sender sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from amh.interop.actions import messages
from amh.interop.models import InboundMessage, MessageState
from patients.models import Placement
from tests.factories.messages import adt
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

URL = "/interop/hl7/"


@pytest.fixture
def interface() -> User:
    """An interface account with the token ``secret``."""
    user = a_user(Role.INTERFACE)
    ApiToken.objects.create(user=user, label="GAM", digest=digest("secret"))
    return user


def post(client: Client, body: bytes, *, token: str = "secret", content_type: str = "application/hl7-v2"):
    return client.post(URL, body, content_type=content_type, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("content_type", ["application/hl7-v2", "text/plain; charset=utf-8"])
def test_a_message_is_stored_applied_and_acknowledged(client: Client, interface: User, content_type: str) -> None:
    response = post(client, adt("A01", control_id="42"), content_type=content_type)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/hl7-v2"
    header, acknowledgment = response.content.decode().split("\r")[:2]
    assert header.split("|")[8].startswith("ACK^A01")
    assert acknowledgment.split("|")[:3] == ["MSA", "AA", "42"]
    assert Placement.objects.count() == 1


@contextmanager
def people_held_elsewhere() -> Iterator[None]:
    """Another connection holds a table of people for longer than this one waits."""
    other = connection.copy()
    with other.cursor() as theirs, connection.cursor() as ours:
        theirs.execute("BEGIN; LOCK TABLE patients_patientidentifier")
        ours.execute("SET lock_timeout = '20ms'")
        yield
        ours.execute("RESET lock_timeout")
    other.close()


def test_what_is_stored_is_acknowledged_and_left_for_the_sweep_when_the_database_is_busy(
    client: Client, interface: User
) -> None:
    with people_held_elsewhere():
        response = post(client, adt("A01", control_id="42"))
    assert (response.status_code, b"MSA|AA|42" in response.content) == (200, True)
    row = InboundMessage.objects.get()
    assert row.state == MessageState.RECEIVED
    messages.apply_waiting(clock=lambda: row.received_at + timedelta(minutes=1))
    assert Placement.objects.count() == 1


def test_a_duplicate_is_acknowledged_without_effect(client: Client, interface: User) -> None:
    message = adt("A01")
    answers = [post(client, message) for _ in range(2)]
    assert all(b"MSA|AA|" in answer.content for answer in answers)
    assert Placement.objects.count() == 1


def long_message(size: int) -> bytes:
    """An admission with a report so long that the whole has about this many bytes."""
    return adt("A01", control_id="L1", extra="NTE|1||" + "é" * (size // 2))


def test_five_megabytes_are_taken_and_more_than_eight_are_not(client: Client, interface: User) -> None:
    assert b"MSA|AA|L1" in post(client, long_message(5_000_000)).content
    assert Placement.objects.count() == 1
    assert b"MSA|AE|L1|Message too long" in post(client, long_message(9_000_000)).content
    assert InboundMessage.objects.count() == 1


def test_an_unknown_trigger_is_acknowledged_and_ignored(client: Client, interface: User) -> None:
    assert b"MSA|AA|" in post(client, adt("A60")).content
    assert InboundMessage.objects.get().state == MessageState.IGNORED


def test_what_is_not_hl7_is_rejected(client: Client, interface: User) -> None:
    assert b"MSA|AR" in post(client, b"bonjour").content


def test_two_messages_in_one_request_are_refused(client: Client, interface: User) -> None:
    assert b"MSA|AE|" in post(client, adt("A01") + b"\r" + adt("A03")).content
    assert not InboundMessage.objects.exists()


def test_only_an_interface_may_send(client: Client, interface: User) -> None:
    assert post(client, adt("A01"), token="wrong").status_code == 401
    assert client.post(URL, adt("A01"), content_type="text/plain").status_code == 401
    client.force_login(a_user(Role.BED_MANAGER), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(URL, adt("A01"), content_type="text/plain").status_code == 403
    assert not InboundMessage.objects.exists()


def test_another_media_type_is_refused(client: Client, interface: User) -> None:
    assert post(client, b"{}", content_type="application/json").status_code == 415
