"""How often each sender deviates, counted by the database over a period."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amh.interop.models import InboundMessage, Sender
from amh.interop.queries.deviations import Period, Share, report, standings
from tests.expectations import counted
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def stored(sender: Sender, number: int, *deviations: tuple[str, str], trigger: str = "A01", ago=HOUR) -> InboundMessage:
    return InboundMessage.objects.create(
        sender=sender,
        control_id=str(number),
        fingerprint=str(number),
        trigger=trigger,
        received_at=NOW - ago,
        raw=b"",
        charset="utf-8",
        deviations=[list(one) for one in deviations],
    )


@pytest.fixture
def sender() -> Sender:
    return Sender.objects.create(application="GAM", facility="CLCC")


def test_each_deviation_and_place_is_counted_by_event(sender: Sender) -> None:
    nature, class_ = ("nature-missing", "ZBE-9"), ("patient-class", "PV1-2")
    stored(sender, 1, nature, class_, ago=3 * HOUR)
    stored(sender, 2, nature, ago=2 * HOUR, trigger="A02")
    last = stored(sender, 3, nature)
    stored(sender, 4)
    found = report(sender, period=Period.DAY, at=NOW)
    assert found.deviating == Share(3, 4)
    first, second = found.habits
    assert (first.code, first.where, first.share) == ("nature-missing", "ZBE-9", Share(3, 4))
    assert first.events == {"A01": Share(2, 3), "A02": Share(1, 1)}
    assert (first.first_at, first.last_at, first.example) == (NOW - 3 * HOUR, NOW - HOUR, last)
    assert (second.code, second.share) == ("patient-class", Share(1, 4))


@pytest.mark.parametrize(("period", "known"), [(Period.DAY, 1), (Period.WEEK, 2), (Period.MONTH, 3)])
def test_nothing_before_the_period_counts(sender: Sender, period: Period, known: int) -> None:
    for number, days in enumerate((0, 6, 29, 31)):
        stored(sender, number, ("sex", "PID-8"), ago=timedelta(days=days) + HOUR)
    assert report(sender, period=period, at=NOW).deviating == Share(known, known)
    (standing,) = standings(period=period, at=NOW)
    assert (standing.deviating, standing.kinds) == (Share(known, known), 1)


def test_those_that_deviate_most_come_first(sender: Sender) -> None:
    other, silent = (Sender.objects.create(application=name) for name in ("LABO", "MUET"))
    stored(sender, 1)
    stored(sender, 2, ("sex", "PID-8"))
    stored(other, 3, ("sex", "PID-8"), ("sex", "PID-8.1"))
    assert [one.sender for one in standings(period=Period.DAY, at=NOW)] == [other, sender, silent]


def test_as_many_statements_for_thirty_senders_as_for_one(sender: Sender) -> None:
    stored(sender, 0, ("sex", "PID-8"))
    asked: list[int] = []
    with counted(asked):
        standings(period=Period.WEEK, at=NOW)
        report(sender, period=Period.WEEK, at=NOW)
    for number in range(1, 30):
        stored(Sender.objects.create(application=str(number)), number, ("sex", f"PID-{number}"))
        stored(sender, 100 + number, ("sex", f"PID-{number}"))
    with counted(asked):
        standings(period=Period.WEEK, at=NOW)
        report(sender, period=Period.WEEK, at=NOW)
    assert asked[0] == asked[1]


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_none_or_all_only_when_it_is(times: int, others: int) -> None:
    percent = Share(times, times + others).percent
    assert (percent == 0) is (times == 0)
    assert (percent == 100) is (times > 0 and others == 0)
