"""Who opens a stream, and whether they still may: the session cookie read without the middleware of the pages."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from amh.core import entitlements
from amh.core.live.topics import Topic
from amh.core.models import User


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
    """The active person of each session that is alive and that their password or a log-out has not ended since.

    Four queries whatever the number of sessions, their rights included. Sessions must live in the database.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    alive = store.get_model_class().objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    contents = {session.session_key: session.get_decoded() for session in alive}
    active = list(_active(contents.values()))
    entitlements.fill(active, at=timezone.now())
    users = {str(user.pk): user for user in active}
    found = {key: (users.get(content.get(SESSION_KEY, "")), content) for key, content in contents.items()}
    return {key: user for key, (user, content) in found.items() if user and _still(user, content)}


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


def _active(contents: Iterable[Mapping[str, Any]]) -> Iterable[User]:
    ids = {content[SESSION_KEY] for content in contents if SESSION_KEY in content}
    return User.objects.filter(pk__in=ids, is_active=True)


def _still(user: User, content: Mapping[str, Any]) -> bool:
    kept = content.get(HASH_SESSION_KEY, "")
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, one) for one in known)
