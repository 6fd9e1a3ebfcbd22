"""When a session is locked, and what becomes of its row when several requests write it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone

from amh.core import parameters, sessions, tasks
from amh.core.errors import Invalid
from amh.core.models import ParameterValue, Session
from amh.core.models.sessions import SessionStore
from amh.core.roles import Role
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, a_session

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def locked(row: Session, role: str = Role.NURSE, at=NOW) -> bool:
    return sessions.is_locked(row, role=role, at=at)


def test_a_session_is_locked_from_the_moment_it_says_so():
    assert not locked(Session(seen_at=NOW))
    assert locked(Session(seen_at=NOW, locked_at=NOW))


@pytest.mark.parametrize(("silent", "is_locked"), [(20 * MINUTE, False), (20 * MINUTE + SECOND, True)])
def test_twice_the_patience_without_a_word_locks(silent, is_locked):
    assert locked(Session(seen_at=NOW - silent)) == is_locked


def test_the_site_sets_how_long_a_page_waits():
    ParameterValue.objects.create(key="session_lock_minutes", value=2, entered_at=NOW)
    assert sessions.patience() == 2 * MINUTE
    assert not locked(Session(seen_at=NOW - 4 * MINUTE))
    assert locked(Session(seen_at=NOW - 4 * MINUTE - SECOND))


@pytest.mark.parametrize("minutes", [0, 121, True, "10", None])
def test_a_patience_out_of_bounds_is_refused(minutes):
    with pytest.raises(Invalid, match="de 1 à 120"):
        parameters.check(parameters.PARAMETERS["session_lock_minutes"], minutes)


def test_a_wall_screen_never_locks():
    assert not locked(Session(seen_at=NOW - 60 * 24 * MINUTE, locked_at=NOW), Role.WALL)


def test_the_patience_is_not_even_read_for_a_page_just_seen(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not locked(Session(seen_at=NOW - 2 * MINUTE))


def test_presence_is_written_once_a_minute_at_most(django_assert_num_queries):
    row = a_session(a_login(), seen_at=NOW)
    with django_assert_num_queries(0):
        sessions.note(row, at=NOW + 59 * SECOND)
    sessions.note(row, at=NOW + MINUTE)
    row.refresh_from_db()
    assert row.seen_at == NOW + MINUTE


def test_an_old_request_does_not_set_presence_back():
    row = a_session(a_login(), seen_at=NOW - 5 * MINUTE)
    Session.objects.update(seen_at=NOW)
    sessions.note(row, at=NOW - MINUTE)
    row.refresh_from_db()
    assert row.seen_at == NOW


def test_the_row_knows_its_person():
    user = a_login()
    assert a_session(user).user == user


def test_a_page_that_saves_its_session_does_not_undo_a_lock_made_meanwhile():
    row = a_session(a_login(), seen_at=NOW)
    slow = SessionStore(row.pk)
    slow["language"] = "fr"
    Session.objects.update(locked_at=NOW, failures=3)
    slow.save()
    row.refresh_from_db()
    assert (row.locked_at, row.failures, row.seen_at) == (NOW, 3, NOW)
    assert SessionStore(row.pk)["language"] == "fr"


def test_a_session_that_was_ended_is_not_written_again():
    row = a_session(a_login())
    slow = SessionStore(row.pk)
    slow["language"] = "fr"
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        slow.save()
    assert not Session.objects.exists()


def test_log_ins_that_have_run_out_are_forgotten():
    over, running = a_session(a_login()), a_session(a_login())
    Session.objects.filter(pk=over.pk).update(expire_date=timezone.now())
    tasks.prune_sessions()
    assert Session.objects.get() == running
