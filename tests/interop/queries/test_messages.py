"""Which messages are found, page by page, and why some wait."""

import pytest
from django.db import connection

from amh.interop.models import InboundMessage, MessageState, Sender
from amh.interop.queries import messages
from amh.interop.queries.messages import Wish
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.interop.actions.feeding import AN_HOUR, feed

pytestmark = pytest.mark.django_db


def found(**said: object) -> list[InboundMessage]:
    return list(messages.found(Wish(**said)))  # type: ignore[arg-type]


def test_filters_are_taken_together() -> None:
    first, second, third = feed(
        adt("A13", control_id="77"),
        adt("A13", control_id="77", sender="OTHER|CLCC", ipp="2", visit="V2"),
        adt("A20"),
    )
    assert found() == [third, second, first]
    assert found(state=MessageState.QUARANTINED) == [second, first]
    assert found(control_id="77", sender_id=first.sender_id) == [first]
    assert found(trigger="A20") == [third]
    assert found(code="nothing_to_cancel", trigger="A20") == []
    came = first.received_at
    assert found(since=came + AN_HOUR) == []
    assert len(found(since=came, until=came + AN_HOUR)) == 3


def test_the_list_goes_on_where_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = feed(*[adt("A20", ipp=f"{number}") for number in range(5)])
    monkeypatch.setattr(messages, "PER_PAGE", 2)
    seen, before = [], None
    for _page in range(3):
        shown, before = messages.page(messages.found(Wish()), before=before)
        seen += shown
    assert (seen, before) == (rows[::-1], None)


def test_reasons_are_counted_the_most_frequent_first() -> None:
    assert messages.groups(messages.found(Wish())) == []
    feed(adt("A28", ipp="").replace(b"^^^CLCC^PI", b""), adt("A13"), adt("A13", ipp="2", visit="V2"), adt("A20"))
    waiting = messages.found(Wish(state=MessageState.QUARANTINED))
    first, second = messages.groups(waiting)
    assert (first.code, first.count, first.example) == (
        "nothing_to_cancel",
        2,
        "Aucun séjour connu ne correspond à cette annulation.",
    )
    assert (second.code, second.count) == ("no_identifier", 1)
    assert first.oldest_at == first.newest_at == NOW + AN_HOUR


MANY = """
INSERT INTO interop_inboundmessage (sender_id, control_id, fingerprint, trigger, lane, other_lane, received_at, raw,
    charset, state, decided_at, reason, reason_code, reused_id, deviations, duplicates, ignored_because, note)
SELECT %(sender)s, 'N' || n, 'F' || n, CASE WHEN n %% 500 = 0 THEN 'A47' ELSE 'A31' END, '', '',
    %(now)s - n * interval '10 minutes', 'MSH|', 'utf-8',
    CASE n %% 700 WHEN 0 THEN 'quarantined' WHEN 1 THEN 'ignored' ELSE 'accepted' END, %(now)s,
    '', '', false, '[]', 0, '', ''
FROM generate_series(1, 10000) n
"""
SEARCHES = {
    "message_quarantine": Wish(state=MessageState.QUARANTINED),
    "message_ignored": Wish(state=MessageState.IGNORED),
    "message_trigger": Wish(trigger="A47"),
    "message_once": Wish(control_id="N77"),
    "message_arrival": Wish(since=NOW - AN_HOUR, until=NOW),
    "interop_inboundmessage_pkey": Wish(),
}


@pytest.mark.parametrize("index", SEARCHES)
def test_each_search_has_its_index(index: str) -> None:
    sender = Sender.objects.create(application="GAM")
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"sender": sender.pk, "now": NOW})
        cursor.execute("ANALYZE interop_inboundmessage")
    plan = messages.found(SEARCHES[index])[: messages.PER_PAGE].explain()
    assert index in plan
    assert "Seq Scan on interop_inboundmessage" not in plan
