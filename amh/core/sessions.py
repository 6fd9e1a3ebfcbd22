"""When a session is locked: what its row says, and what its silence says (SEC-6, WR-6)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from amh.core import parameters
from amh.core.models import Session, User
from amh.core.models.sessions import LOCK_MINUTES, UNSAID_LOCK_MINUTES
from amh.core.parameters import Group, Kind, Parameter
from amh.core.roles import Role

LEAST, MOST = 1, 120
NOTED_EVERY = timedelta(minutes=1)
UNATTENDED = frozenset({Role.WALL})
"""Who has nobody in front of the screen, and nothing on it to hide."""
BACKGROUND = "AMH-Background"
"""The header of a request that a page makes by itself: it says nothing of somebody being there."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

parameters.declare(
    Parameter(
        LOCK_MINUTES,
        _("Verrouillage d’un écran sans activité"),
        Kind.MINUTES,
        UNSAID_LOCK_MINUTES,
        help=_("Sans touche, souris ni doigt pendant ce temps, l’écran se couvre. Un code ou un badge le rouvrent."),
        lowest=LEAST,
        highest=MOST,
        group=Group.ACCESS,
    )
)


def owner(row: Session, said: Mapping[str, Any]) -> User | None:
    """The person read with the session, while all that it ``said`` still holds: who, by what, with which password.

    ``None`` says nothing against the session: Django then looks for itself, and renews it or ends it.
    """
    user = row.user
    if user is None or not user.is_active or said.get(SESSION_KEY) != str(user.pk):
        return None
    if said.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    known = constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if known else None


def patience(row: Session | None = None) -> timedelta:
    """How long a page waits for a key, a mouse or a finger before it locks, as it was read with the row if it was."""
    if row is None or row.lock_minutes is None:
        return parameters.minutes(LOCK_MINUTES)
    return timedelta(minutes=row.lock_minutes)


def is_locked(row: Session, *, role: str, at: datetime, patience: Callable[[Session], timedelta] = patience) -> bool:
    """Tell whether the session waits for its owner.

    A page that locks itself says so. One that cannot say it any more (switched off, cut off) is locked here once it has
    asked for nothing for twice its ``patience``: a page in use speaks at least that often.
    """
    if role in UNATTENDED:
        return False
    if row.locked_at is not None:
        return True
    silence = at - row.seen_at
    return silence > 2 * timedelta(minutes=LEAST) and silence > 2 * patience(row)


def note(row: Session, *, at: datetime) -> None:
    """Write that somebody is there, once a minute at most and never over what another request wrote meanwhile."""
    if at - row.seen_at >= NOTED_EVERY:
        Session.objects.filter(pk=row.pk, seen_at__lt=at).update(seen_at=at)


def open_when_locked(view: View) -> View:
    """Let a page be asked for from a locked session: it shows nothing of a patient."""
    view.open_when_locked = True  # type: ignore[attr-defined]
    return view
