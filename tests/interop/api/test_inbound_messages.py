"""``/api/v1/messages/``: what became of each message, never whom it is about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.core.roles import Role
from amh.interop.actions import messages
from amh.interop.models import InboundMessage
from tests.core.api import world
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.interop.actions.feeding import feed

pytestmark = pytest.mark.django_db


def test_messages_are_listed_without_their_patient() -> None:
    feed(adt("A01", name="SECRET^Anne"), adt("A13", ipp="2", visit="V2", name="SECRET^Anne"))
    answer = world.program(Role.ADMINISTRATOR).get("messages/", state="quarantined")
    (row,) = answer.json()["results"]
    assert (row["sender"], row["trigger"], row["reason_code"], row["fault"]) == (
        "GAM / CLCC",
        "A13",
        "nothing_to_cancel",
        "ZBE-1",
    )
    assert "SECRET" not in answer.content.decode()
    assert not {"raw", "lane", "fingerprint"} & set(row)


@pytest.mark.parametrize(
    ("filters", "count"),
    [({"control_id": "77"}, 1), ({"trigger": "A20"}, 1), ({"received_after": "2030-01-01T00:00:00Z"}, 0), ({}, 2)],
)
def test_lists_are_filtered(filters: dict[str, str], count: int) -> None:
    feed(adt("A13", control_id="77"), adt("A20"))
    assert world.program().get("messages/", **filters).json()["count"] == count


def test_a_message_is_replayed_ignored_and_put_back() -> None:
    (row,) = feed(adt("A13"))
    program, path = world.program(), f"messages/{row.pk}"
    assert program.post(f"{path}/replay/").json()["state"] == "quarantined"
    answer = program.post(f"{path}/ignore/", {"reason": "told_again"}).json()
    assert (answer["state"], answer["ignored_because"], answer["ignored_by"]) == (
        "ignored",
        "told_again",
        program.user.pk,
    )
    again = program.post(f"{path}/ignore/", {"reason": "test"})
    assert (again.status_code, again.json()["code"]) == (409, "not_quarantined")
    assert program.post(f"{path}/restore/").json()["state"] == "quarantined"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [({}, 400, "reason"), ({"reason": "x"}, 400, "reason"), ({"reason": "other"}, 422, "note")],
)
def test_a_reason_that_says_nothing_is_refused(body: dict[str, str], status: int, field: str) -> None:
    (row,) = feed(adt("A13"))
    answer = world.program().post(f"messages/{row.pk}/ignore/", body)
    assert answer.status_code == status
    assert field in answer.content.decode()


def test_others_may_not_look() -> None:
    assert world.program(Role.NURSE).get("messages/").status_code == 403


def test_constant_queries() -> None:
    program = world.program()
    feed(adt("A13"))
    program.get("messages/")
    with CaptureQueriesContext(connection) as one:
        program.get("messages/")
    for number in range(30):
        raw = adt("A13", ipp=f"{number}", visit=f"V{number}", sender=f"S{number}|CLCC")
        messages.receive(raw, at=NOW)
    assert InboundMessage.objects.count() == 31
    with CaptureQueriesContext(connection) as many:
        program.get("messages/")
    assert len(one) == len(many)
