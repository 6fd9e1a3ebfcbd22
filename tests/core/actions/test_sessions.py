from functools import partial
from random import Random

import pytest

from amh.core.actions import sessions
from amh.core.actions import unlocks as keys
from amh.core.actions.sessions import Attempt, Outcome
from amh.core.models import AuditEntry, Session
from amh.demo.soak.duels import duel
from tests.factories.clocks import NOW
from tests.factories.logins import PASSWORD, a_login, a_session

pytestmark = pytest.mark.django_db


def unlock(row: Session, typed: str, by=None) -> Attempt:
    return sessions.unlock(key=row.pk, typed=typed, by=by or row.user, at=NOW)


@pytest.fixture
def locked():
    row = a_session(a_login())
    sessions.lock(key=row.pk, at=NOW)
    row.refresh_from_db()
    return row


def test_a_session_is_locked_once(locked):
    later = NOW.replace(hour=23)
    sessions.lock(key=locked.pk, at=later)
    locked.refresh_from_db()
    assert locked.locked_at == NOW
    sessions.lock(key="nobody", at=later)


def test_its_owner_opens_it_and_nobody_watches_when(locked):
    locked.failures = 3
    locked.save()
    assert unlock(locked, PASSWORD) == Attempt(Outcome.OPENED)
    locked.refresh_from_db()
    assert (locked.locked_at, locked.failures, locked.seen_at) == (None, 0, NOW)
    assert not AuditEntry.objects.exists()


def test_a_wrong_one_is_counted_and_recorded_without_what_was_typed(locked):
    assert unlock(locked, "4711") == Attempt(Outcome.WRONG, left=4)
    assert unlock(locked, "4712") == Attempt(Outcome.WRONG, left=3)
    entries = AuditEntry.objects.order_by("pk")
    assert [(one.action, one.by, one.params) for one in entries] == [
        ("session.fail", locked.user, {"left": 4}),
        ("session.fail", locked.user, {"left": 3}),
    ]


def test_the_fifth_ends_the_session(locked):
    outcomes = [unlock(locked, f"471{n}").outcome for n in range(5)]
    assert outcomes == [Outcome.WRONG] * 4 + [Outcome.ENDED]
    assert not Session.objects.exists()
    assert AuditEntry.objects.latest("pk").action == "session.end"
    assert unlock(locked, PASSWORD) == Attempt(Outcome.ENDED)


def test_a_cover_whose_lock_never_arrived_is_not_lifted_by_anything_typed():
    row = a_session(a_login())
    assert unlock(row, "4711").outcome == Outcome.WRONG
    row.refresh_from_db()
    assert row.locked_at == NOW


def test_the_badge_of_a_colleague_is_named_and_costs_nothing(locked):
    keys.set_badge(badge="0B:00:00:01", by=a_login(), at=NOW)
    for _ in range(6):
        assert unlock(locked, "0B:00:00:01") == Attempt(Outcome.BADGE_OF_ANOTHER, left=5)
    assert not AuditEntry.objects.filter(action="session.fail").exists()


def test_a_colleague_does_not_open_the_session_with_their_own_password(locked):
    assert unlock(locked, PASSWORD, by=a_login()) == Attempt(Outcome.ENDED)
    locked.refresh_from_db()
    assert locked.locked_at == NOW


def test_a_password_confirms_and_a_wrong_one_counts_without_locking():
    row = a_session(a_login())
    confirm = partial(sessions.confirm, key=row.pk, by=row.user, at=NOW)
    assert confirm(password="4711") == Attempt(Outcome.WRONG, left=4)
    row.refresh_from_db()
    assert row.locked_at is None
    assert confirm(password=PASSWORD) == Attempt(Outcome.OPENED)
    assert [confirm(password="x").outcome for _ in range(5)][-1] == Outcome.ENDED
    assert confirm(password=PASSWORD) == Attempt(Outcome.ENDED)


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_counted_one_by_one(locked):
    guesses = [partial(unlock, locked, f"47{n}0") for n in range(8)]
    assert duel(guesses, chance=Random(1)) == [None] * 8
    assert AuditEntry.objects.filter(action="session.fail").count() == 5
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_opened_at_once_both_open(locked):
    found = []
    tabs = [lambda: found.append(unlock(locked, PASSWORD).outcome)] * 2
    assert duel(tabs, chance=Random(1)) == [None, None]
    assert found == [Outcome.OPENED] * 2
    assert Session.objects.get().locked_at is None
