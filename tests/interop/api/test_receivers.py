"""``/api/v1/receivers/`` and ``/outbound-messages/``: what is told to other systems, never about whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.core.models import AuditEntry, DeliveryState
from amh.core.roles import Role
from amh.interop.models import OutboundMessage
from tests.core.api import world
from tests.factories.clocks import NOW
from tests.factories.places import a_bed, a_unit
from tests.factories.receivers import a_receiver

pytestmark = pytest.mark.django_db

REFUSED = {"state": DeliveryState.EXHAUSTED, "last_error": "Refusé par le destinataire (AR)."}


def a_sending(**fields: object) -> OutboundMessage:
    key = str(OutboundMessage.objects.count())
    known = {"bed": a_bed(a_unit()), "bed_status": "U", "trigger": "A20", "said_at": NOW, "due_at": NOW}
    return OutboundMessage.objects.create(idempotency_key=key, raw=b"PID|SECRET", **known | fields)


def test_a_receiver_says_how_it_is() -> None:
    receiver = a_receiver(name="DPI")
    a_sending(receiver=receiver, **REFUSED)
    a_sending(receiver=receiver)
    program = world.program(Role.ADMINISTRATOR)
    (row,) = program.get("receivers/").json()["results"]
    assert (row["name"], row["failed"], row["waiting"], row["last_sent_at"]) == ("DPI", 1, 1, None)
    assert program.get(f"receivers/{receiver.pk}/").json() == row


def test_a_message_is_listed_without_its_text() -> None:
    sending = a_sending(receiver=a_receiver(), **REFUSED)
    answer = world.program().get("outbound-messages/", state="exhausted")
    (row,) = answer.json()["results"]
    told = (row["trigger"], row["about"], row["last_error"], row["control_id"])
    assert told == ("A20", f"état du lit {sending.bed.short_label}", REFUSED["last_error"], sending.control_id)
    assert "SECRET" not in answer.content.decode()


def test_lists_are_filtered() -> None:
    one, other = a_receiver(name="Un"), a_receiver(name="Autre")
    a_sending(receiver=one)
    a_sending(receiver=other, trigger="A02")
    program = world.program()
    assert program.get("outbound-messages/", receiver=str(one.pk)).json()["count"] == 1
    assert program.get("outbound-messages/", trigger="A02").json()["results"][0]["receiver"] == other.pk


def test_a_failure_is_sent_again_or_given_up() -> None:
    sending, program = a_sending(receiver=a_receiver(), **REFUSED), world.program()
    path = f"outbound-messages/{sending.pk}"
    assert program.post(f"{path}/retry/").json()["state"] == "pending"
    assert program.post(f"{path}/retry/").status_code == 409
    assert program.post(f"{path}/cancel/").json()["state"] == "cancelled"
    acts = AuditEntry.objects.filter(action__startswith="delivery.", by=program.user).order_by("pk")
    assert [one.action for one in acts] == ["delivery.retry", "delivery.cancel"]


@pytest.mark.parametrize("path", ["receivers/", "outbound-messages/"])
def test_others_may_not_look(path: str) -> None:
    assert world.program(Role.NURSE).get(path).status_code == 403


@pytest.mark.parametrize("path", ["receivers/", "outbound-messages/"])
def test_constant_queries(path: str) -> None:
    program = world.program()
    a_sending(receiver=a_receiver(name="0"))
    program.get(path)
    with CaptureQueriesContext(connection) as one:
        program.get(path)
    for number in range(1, 30):
        a_sending(receiver=a_receiver(name=str(number)))
    with CaptureQueriesContext(connection) as many:
        program.get(path)
    assert len(one) == len(many)
