"""Two rows of the platform itself that one of its constraints lets in once."""

from copy import copy
from typing import Any

from django.db import models

from amh.board.saved_views import PAGE
from amh.core.models import ApiToken, IdempotencyKey, SavedView, TraceSeal, UnlockKey, UnlockKind
from amh.core.roles import Role
from amh.demo.soak.wards import Ward

Pair = tuple[models.Model, models.Model]
DIGEST = "0" * 64


def twins(row: models.Model, **other: object) -> Pair:
    """A row and another one, which differs by ``other`` alone."""
    second = copy(row)
    for name, value in other.items():
        setattr(second, name, value)
    return row, second


def token(ward: Ward) -> Pair:
    """Two tokens of one digest."""
    return twins(ApiToken(user=ward.manager, label="ADT", digest=ward.name().rjust(64, "0")))


def key(ward: Ward) -> Pair:
    """Two answers kept under one key."""
    said: dict[str, Any] = {"method": "POST", "path": "/", "body_digest": DIGEST, "status": 201}
    return twins(IdempotencyKey(user=ward.manager, key="a", **said))


def unlock(ward: Ward) -> Pair:
    """Two codes of one person."""
    key = UnlockKey(user=ward.manager, kind=UnlockKind.PIN, secret=ward.name(), set_at=ward.now)
    return twins(key, secret=ward.name())


def badge(ward: Ward) -> Pair:
    """One badge of two persons."""
    one, other = ward.pair(Role.NURSE)
    return twins(UnlockKey(user=one, kind=UnlockKind.BADGE, secret=ward.name(), set_at=ward.now), user=other)


def seal(ward: Ward) -> Pair:
    """Two seals over the same traces."""
    number = ward.unit.pk
    return twins(TraceSeal(first_trace_id=number, last_trace_id=number, count=1, digest=DIGEST, sealed_at=ward.now))


def views(ward: Ward, **other: object) -> Pair:
    """Two views of one page that one person keeps, which differ by ``other`` alone."""
    view = SavedView(user=ward.manager, page=PAGE, name=ward.name(), is_first=True, saved_at=ward.now)
    return twins(view, **other)
