"""How each feed is: last message, lag, rate, errors."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.interop.models import InboundMessage, MessageState, Sender
from amh.interop.queries import healths
from amh.interop.queries.healths import Health
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def a_sender(**said: object) -> Sender:
    return Sender.objects.create(facility="CLCC", **{"application": "GAM", "last_message_at": NOW - MINUTE} | said)


def came(sender: Sender, ago: timedelta, *, lag: timedelta | None = timedelta(), **said: object) -> InboundMessage:
    """A message that came ``ago``, decided after ``lag``."""
    at = NOW - ago
    state = MessageState.RECEIVED if lag is None else MessageState.ACCEPTED
    facts = {"state": state, "decided_at": None if lag is None else at + lag, "raw": b"", "charset": "utf-8"} | said
    number = InboundMessage.objects.count()
    return InboundMessage.objects.create(sender=sender, fingerprint=f"{number}", received_at=at, **facts)


def only() -> Health:
    (health,) = healths.health(at=NOW)
    return health


def test_without_any_sender_there_is_nothing() -> None:
    assert healths.health(at=NOW) == []


def test_a_sender_that_never_spoke_has_no_figures() -> None:
    a_sender(last_message_at=None, watched=True)
    health = only()
    assert (health.silence, health.is_silent, health.last_day, health.deviating_share) == (None, False, 0, None)
    assert (health.usual_lag, health.waiting, health.quarantined) == (None, 0, 0)


def test_the_rate_is_counted_hour_by_hour() -> None:
    sender = a_sender()
    for ago in (MINUTE, 30 * MINUTE, 61 * MINUTE, 23 * HOUR + MINUTE, 25 * HOUR, -MINUTE):
        came(sender, ago)
    health = only()
    assert (health.last_hour, health.last_day) == (2, 4)
    assert (health.hours[0], health.hours[-2], health.hours[-1]) == (1, 1, 2)


def test_the_lag_is_what_waits_now_and_what_is_usual() -> None:
    sender = a_sender()
    for seconds in (1, 2, 3):
        came(sender, 10 * MINUTE, lag=timedelta(seconds=seconds))
    came(sender, 2 * HOUR, lag=HOUR)
    came(sender, 3 * MINUTE, lag=None)
    came(sender, 2 * MINUTE, lag=None)
    health = only()
    assert (health.waiting, health.waiting_since) == (2, NOW - 3 * MINUTE)
    assert health.usual_lag == timedelta(seconds=2)
    assert health.longest_lag == timedelta(seconds=2.9)


def test_errors_are_what_waits_and_what_deviates() -> None:
    sender = a_sender()
    came(sender, MINUTE, state=MessageState.QUARANTINED)
    came(sender, 30 * HOUR, state=MessageState.QUARANTINED)
    came(sender, MINUTE, deviations=[["version", "MSH-12"]])
    came(sender, MINUTE)
    health = only()
    assert (health.quarantined, health.quarantined_today, health.deviating_share) == (2, 1, 33)


@pytest.mark.parametrize(("watched", "minutes", "silent"), [(True, 10, True), (True, 20, False), (False, 10, False)])
def test_a_watched_sender_is_silent_after_its_own_time(watched: bool, minutes: int, silent: bool) -> None:
    a_sender(last_message_at=NOW - 15 * MINUTE, watched=watched, silence_minutes=minutes)
    assert only().is_silent == silent


def test_the_last_to_have_spoken_comes_first_and_never_comes_last() -> None:
    never, older, newer = a_sender(last_message_at=None), a_sender(application="B"), a_sender(application="C")
    Sender.objects.filter(pk=older.pk).update(last_message_at=NOW - HOUR)
    assert [one.sender for one in healths.health(at=NOW)] == [newer, older, never]


def test_thirty_senders_cost_what_one_does() -> None:
    came(a_sender(), MINUTE)
    with CaptureQueriesContext(connection) as one:
        healths.health(at=NOW)
    for number in range(30):
        came(a_sender(application=f"S{number}"), number * MINUTE, lag=None)
    with CaptureQueriesContext(connection) as many:
        assert len(healths.health(at=NOW)) == 31
    assert len(one) == len(many) == 6
