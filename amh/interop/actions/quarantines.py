"""What people do with messages in quarantine: have them tried again, set them aside, put them back."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from amh.core import audit, rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from amh.interop.actions import messages
from amh.interop.models import MESSAGE_TRANSITIONS, IgnoreReason, InboundMessage, MessageState
from amh.interop.rules import messages as checks


@act
def replay(*, row: InboundMessage, by: User, at: datetime) -> InboundMessage:
    """Try a message in quarantine again. Raises ``Conflict`` when it is not there any more, ``Denied``."""
    rules.check(by, Permission.VIEW_FEED)
    row = InboundMessage.objects.select_for_update().get(pk=row.pk)
    checks.check_held(row)
    retry(row, by=by, at=at)
    return row


def retry(row: InboundMessage, *, by: User, at: datetime) -> None:
    """Try a locked message in quarantine again, in the name of who asked for it."""
    messages.decide(row, at=at)
    audit.record("message.replay", subject=row, by=by, at=at, state=row.state)


@act
def ignore(*, row: InboundMessage, reason: IgnoreReason, note: str, by: User, at: datetime) -> InboundMessage:
    """Set a message in quarantine aside, for a reason. Raises ``Conflict``, ``Denied``, ``Invalid``."""
    rules.check(by, Permission.VIEW_FEED)
    checks.check_ignore(reason, note)
    row = InboundMessage.objects.select_for_update().get(pk=row.pk)
    checks.check_held(row)
    _ignore(row, reason=reason, note=note, by=by, at=at)
    return row


@act
def ignore_all(*, chosen: QuerySet[InboundMessage], reason: IgnoreReason, note: str, by: User, at: datetime) -> int:
    """Set all of these aside that are in quarantine; tell how many. Raises ``Conflict`` when none is any more."""
    rules.check(by, Permission.VIEW_FEED)
    checks.check_ignore(reason, note)
    rows = locked(chosen.filter(state=MessageState.QUARANTINED, replay=None))
    for row in rows:
        _ignore(row, reason=reason, note=note, by=by, at=at)
    return len(rows)


def _ignore(row: InboundMessage, *, reason: IgnoreReason, note: str, by: User, at: datetime) -> None:
    MESSAGE_TRANSITIONS.check(row.state, MessageState.IGNORED)
    row.state = MessageState.IGNORED
    row.ignored_because, row.note, row.ignored_by, row.ignored_at = reason, note, by, at
    row.save(update_fields=["state", *IGNORED])
    audit.record("message.ignore", subject=row, by=by, at=at, reason=reason)


IGNORED = ("ignored_because", "note", "ignored_by", "ignored_at")


@act
def restore(*, row: InboundMessage, by: User, at: datetime) -> InboundMessage:
    """Put a message back into quarantine that somebody had set aside. Raises ``Conflict``, ``Denied``."""
    rules.check(by, Permission.VIEW_FEED)
    row = InboundMessage.objects.select_for_update().get(pk=row.pk)
    checks.check_restore(row)
    _restore(row, by=by, at=at)
    return row


@act
def restore_all(*, chosen: QuerySet[InboundMessage], by: User, at: datetime) -> int:
    """Put all of these back that somebody had set aside; tell how many. Raises ``Conflict`` when none is any more."""
    rules.check(by, Permission.VIEW_FEED)
    rows = locked(chosen.filter(state=MessageState.IGNORED, ignored_by__isnull=False))
    for row in rows:
        _restore(row, by=by, at=at)
    return len(rows)


def _restore(row: InboundMessage, *, by: User, at: datetime) -> None:
    MESSAGE_TRANSITIONS.check(row.state, MessageState.QUARANTINED)
    row.state = MessageState.QUARANTINED
    row.ignored_because, row.note, row.ignored_by, row.ignored_at = "", "", None, None
    row.save(update_fields=["state", *IGNORED])
    audit.record("message.restore", subject=row, by=by, at=at)


def locked(chosen: QuerySet[InboundMessage]) -> list[InboundMessage]:
    """Lock these messages, the oldest first. Raises ``Conflict`` when none is left."""
    rows = list(chosen.select_related(None).defer("raw").select_for_update().order_by("pk"))
    if not rows:
        sentence = _("Plus aucun de ces messages n’attend : quelqu’un vient de s’en occuper.")
        raise Conflict(sentence, code="none_left")
    return rows
