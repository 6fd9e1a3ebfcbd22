"""Who opens a stream, and whether they still may: the session cookie read without the middleware of the pages."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import cast

from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from amh.core import entitlements, sessions
from amh.core.live.topics import Topic
from amh.core.models import Session, User


@dataclass(frozen=True, slots=True)
class Visit:
    """What is kept of a request, to ask again later whether it may go on."""

    topic: Topic
    session_key: str
    language: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a visit may go on (200, 401 or 403) and, if so, the audience to which it belongs."""

    status: HTTPStatus
    audience: Hashable = None

    @property
    def allowed(self) -> bool:
        """Tell whether the visit may go on."""
        return self.status == HTTPStatus.OK


def identify(session_keys: Collection[str]) -> dict[str, User]:
    """The active person of each session that is alive, not locked, and that a new password has not ended since.

    Three queries at most whatever the number of sessions, their rights included.
    """
    now = timezone.now()
    alive = Session.objects.filter(session_key__in=session_keys, expire_date__gt=now, user__is_active=True)
    people = _let_in(alive.select_related("user"), at=now)
    entitlements.fill(people.values(), at=now)
    return people


def review(visits: Sequence[Visit]) -> list[Ruling]:
    """Rule on each visit anew, as things stand now."""
    actors = identify({visit.session_key for visit in visits})
    return [_rule(visit, actors.get(visit.session_key)) for visit in visits]


def _rule(visit: Visit, actor: User | None) -> Ruling:
    if actor is None:
        return Ruling(status=HTTPStatus.UNAUTHORIZED)
    if not visit.topic.may_open(actor):
        return Ruling(status=HTTPStatus.FORBIDDEN)
    audience = visit.topic.audience(actor, language=visit.language, options=visit.options)
    return Ruling(status=HTTPStatus.OK, audience=audience)


def _let_in(rows: Iterable[Session], *, at: datetime) -> dict[str, User]:
    once = cache(sessions.patience)
    people = [(row, cast("User", row.user)) for row in rows]
    return {
        row.pk: user
        for row, user in people
        if _still(user, row) and not sessions.is_locked(row, role=user.role, at=at, patience=lambda _row: once())
    }


def _still(user: User, row: Session) -> bool:
    kept = row.get_decoded().get(HASH_SESSION_KEY, "")
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, one) for one in known)
