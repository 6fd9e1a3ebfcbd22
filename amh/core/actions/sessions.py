"""Lock a session, open it again, end it.

When people lock their screen and come back is nobody's business (WR-53): only failures are kept in the journal.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from amh.core import audit, unlocks
from amh.core.models import Session, User
from amh.core.transactions import act


class Outcome(StrEnum):
    """What became of a try to open a session."""

    OPENED = "opened"
    WRONG = "wrong"
    BADGE_OF_ANOTHER = "badge_of_another"
    ENDED = "ended"


@dataclass(frozen=True)
class Attempt:
    """The outcome, and how many tries are left."""

    outcome: Outcome
    left: int = 0


@act
def lock(*, key: str, at: datetime) -> None:
    """Lock the session; one that is locked stays as it is."""
    Session.objects.filter(pk=key, locked_at=None).update(locked_at=at)


@act
def unlock(*, key: str, typed: str, by: User, at: datetime) -> Attempt:
    """Open the session of ``by`` again with their code, badge or password; the last failure allowed ends it.

    What is typed is always looked at: a page may be covered although its lock has not reached the server. The badge of
    a colleague is no failure, since anybody may lean over the wrong screen.
    """
    row = Session.objects.select_for_update().filter(pk=key, user=by).first()
    if row is None:
        return Attempt(Outcome.ENDED)
    if unlocks.opens(by, typed):
        row.locked_at, row.failures, row.seen_at = None, 0, at
        row.save(update_fields=["locked_at", "failures", "seen_at"])
        return Attempt(Outcome.OPENED)
    if unlocks.is_badge_of_another(by, typed):
        return Attempt(Outcome.BADGE_OF_ANOTHER, unlocks.TRIES - row.failures)
    row.locked_at = row.locked_at or at
    return _fail(row, by=by, at=at)


@act
def confirm(*, key: str, password: str, by: User, at: datetime) -> Attempt:
    """Let ``by`` show by their password that they are the one at the keyboard; the last failure ends the session."""
    row = Session.objects.select_for_update().filter(pk=key, user=by).first()
    if row is None:
        return Attempt(Outcome.ENDED)
    if unlocks.is_password(by, password):
        Session.objects.filter(pk=key).update(failures=0)
        return Attempt(Outcome.OPENED)
    return _fail(row, by=by, at=at)


def _fail(row: Session, *, by: User, at: datetime) -> Attempt:
    row.failures += 1
    left = unlocks.TRIES - row.failures
    audit.record("session.fail", subject=by, by=by, at=at, left=left)
    if left > 0:
        row.save(update_fields=["failures", "locked_at"])
        return Attempt(Outcome.WRONG, left)
    row.delete()
    audit.record("session.end", subject=by, by=by, at=at)
    return Attempt(Outcome.ENDED)


def end(user: User, *, but: str = "") -> None:
    """End every session of ``user``, except the one with the key ``but``. Part of the acts that call for it."""
    user.sessions.exclude(pk=but).delete()
