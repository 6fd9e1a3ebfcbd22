"""What is lost, applied twice, out of order or different is seen."""

from collections import Counter

import pytest

from amh.demo.soak.feeds.ledgers import Ledger, Row
from amh.demo.soak.feeds.tellings import SYSTEMS, Told

LANE, OTHER_LANE = ("GAM", "1"), ("GAM", "2")


def a_message(name, *lanes):
    return Told(SYSTEMS[0], name, "A02", b"", lanes or (LANE,))


FEED = [a_message("a"), a_message("b"), a_message("a"), a_message("c", OTHER_LANE), a_message("d", LANE, OTHER_LANE)]


def a_row(pk, *decisions, state="accepted"):
    return Row(pk, state, "", 0, decisions)


def a_ledger(*stands, **rows):
    whole = {"a": a_row(1, 1), "b": a_row(2, 3), "c": a_row(3, 2), "d": a_row(4, 4)} | rows
    kept = {("GAM", name): row if isinstance(row, list) else [row] for name, row in whole.items() if row}
    return Ledger(kept, Counter(stands))


def faults(ledger):
    found = [*ledger.lost(FEED), *ledger.twice(), *ledger.disorder(FEED), *ledger.differences(a_ledger("x"))]
    return [fault.split(":")[0] for fault in found]


def test_a_feed_of_which_each_message_was_applied_once_in_order_has_no_fault():
    assert faults(a_ledger("x")) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ({"b": None}, ["lost", "decided"]),
        ({"b": a_row(2, state="received")}, ["lost", "disorder", "decided"]),
        ({"b": [a_row(2, 3), a_row(5, 5)]}, ["twice", "decided"]),
        ({"b": a_row(2, 3, 5)}, ["twice"]),
        ({"b": a_row(2, 3), "d": a_row(4, 0)}, ["disorder", "disorder"]),
        ({"b": a_row(0, 3)}, ["disorder"]),
        ({"b": a_row(2, 3, state="quarantined")}, ["decided"]),
    ],
    ids=[
        "not stored",
        "not applied",
        "stored twice",
        "applied twice",
        "a merge too early",
        "stored too early",
        "state",
    ],
)
def test_what_is_wrong_is_seen(rows, fault):
    assert faults(a_ledger("x", **rows)) == fault


def test_rows_that_are_missing_or_too_much_are_seen():
    assert faults(a_ledger("y")) == ["missing", "too much"]
    assert faults(a_ledger("x", "x")) == ["too much"]


def test_messages_are_counted_by_what_became_of_them():
    ledger = a_ledger(b=Row(2, "ignored", "", 3, (3,)))
    assert ledger.states() == {"accepted": 3, "ignored": 1, "duplicates": 3}
