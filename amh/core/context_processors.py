from datetime import timedelta

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from amh.core import rules, sessions
from amh.core.roles import Permission


def rights(request: HttpRequest) -> dict[str, tuple[str, ...]]:
    """``rights``: what the person may do somewhere, always in one order, so that a menu names only pages that open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"rights": ()}
    return {"rights": tuple(one.value for one in Permission if rules.scope(user, one) is not None)}


def lock(request: HttpRequest) -> dict[str, object]:
    """``lock_minutes``: after how long a page that nobody touches locks; 0 when nobody is logged in or it never does.

    Read only by what shows it: a whole page does, a part of one does not.
    """
    return {"lock_minutes": SimpleLazyObject(lambda: _minutes(request))}


def _minutes(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.role in sessions.UNATTENDED:
        return 0
    return sessions.patience() // timedelta(minutes=1)
