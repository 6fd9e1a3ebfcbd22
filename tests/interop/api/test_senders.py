"""Senders and their deviations, for programs."""

import pytest
from django.utils import timezone

from amh.core.roles import Role
from amh.interop.actions import messages
from amh.interop.models import Sender
from tests.core.api import world
from tests.expectations import counted
from tests.factories.messages import adt

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender() -> Sender:
    messages.receive(adt("A08", name="SECRETE^Anne", control_id="42"), at=timezone.now())
    return Sender.objects.get()


def test_a_sender_says_when_it_last_spoke_and_whether_its_silence_is_news(sender: Sender) -> None:
    (row,) = world.program(Role.ADMINISTRATOR).get("senders/").json()["results"]
    assert (row["application"], row["facility"], row["watched"], row["silent_since"]) == ("GAM", "CLCC", False, None)


def test_its_deviations_come_with_what_to_ask_and_no_patient(sender: Sender) -> None:
    answer = world.program(Role.ADMINISTRATOR).get(f"senders/{sender.pk}/deviations/?period=24h")
    row = next(row for row in answer.json() if row["code"] == "event-not-french")
    assert (row["where"], row["messages"], row["of"], row["example"], row["shape"]) == ("MSH-9", 1, 1, "42", "AAA^A99")
    assert row["ask"]
    assert "SECRETE" not in answer.content.decode()


def test_a_period_that_is_none_is_malformed(sender: Sender) -> None:
    answer = world.program(Role.ADMINISTRATOR).get(f"senders/{sender.pk}/deviations/?period=toujours")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["period"])


def test_others_are_refused(sender: Sender) -> None:
    program = world.program(Role.NURSE, world.unit())
    assert program.get("senders/").status_code == 403
    assert program.get(f"senders/{sender.pk}/deviations/").status_code == 403


def test_constant_statements(sender: Sender) -> None:
    program = world.program(Role.ADMINISTRATOR)
    program.get("senders/")
    asked: list[int] = []
    with counted(asked):
        program.get("senders/")
    for number in range(29):
        Sender.objects.create(application=f"S{number}")
    with counted(asked):
        program.get("senders/")
    assert asked[0] == asked[1]
