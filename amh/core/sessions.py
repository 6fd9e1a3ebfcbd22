"""When a session is locked: what its row says, and what its silence says (SEC-6, WR-6)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from amh.core import parameters
from amh.core.models import Session
from amh.core.parameters import Group, Kind, Parameter
from amh.core.roles import Role

LOCK_MINUTES = "session_lock_minutes"
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
        10,
        help=_("Sans touche, souris ni doigt pendant ce temps, l’écran se couvre. Un code ou un badge le rouvrent."),
        lowest=LEAST,
        highest=MOST,
        group=Group.ACCESS,
    )
)


def patience() -> timedelta:
    """How long a page waits for a key, a mouse or a finger before it locks."""
    return parameters.minutes(LOCK_MINUTES)


def is_locked(row: Session, *, role: str, at: datetime, patience: Callable[[], timedelta] = patience) -> bool:
    """Tell whether the session waits for its owner.

    A page that locks itself says so. One that cannot say it any more (switched off, cut off) is locked here once it has
    asked for nothing for twice its ``patience``: a page in use speaks at least that often.
    """
    if role in UNATTENDED:
        return False
    if row.locked_at is not None:
        return True
    silence = at - row.seen_at
    return silence > 2 * timedelta(minutes=LEAST) and silence > 2 * patience()


def note(row: Session, *, at: datetime) -> None:
    """Write that somebody is there, once a minute at most and never over what another request wrote meanwhile."""
    if at - row.seen_at >= NOTED_EVERY:
        Session.objects.filter(pk=row.pk, seen_at__lt=at).update(seen_at=at)


def open_when_locked(view: View) -> View:
    """Let a page be asked for from a locked session: it shows nothing of a patient."""
    view.open_when_locked = True  # type: ignore[attr-defined]
    return view
