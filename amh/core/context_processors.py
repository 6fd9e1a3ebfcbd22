from datetime import timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from amh.core import rules, sessions
from amh.core.requests import session_row
from amh.core.roles import Permission


def rights(request: HttpRequest) -> dict[str, tuple[str, ...]]:
    """``rights``: what the person may do somewhere, always in one order, so that a menu names only pages that open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"rights": ()}
    held = rules.held(user)
    return {"rights": tuple(one.value for one in Permission if one in held)}


def lock(request: HttpRequest) -> dict[str, object]:
    """``lock_minutes``: after how long a page that nobody touches locks; 0 when nobody is logged in or it never does.

    Read only by what shows it: a whole page does, a part of one does not.
    """
    return {"lock_minutes": SimpleLazyObject(lambda: _minutes(request))}


def way_back(request: HttpRequest) -> dict[str, object]:
    """``came_from``: the page of this site from which a person came, for a page that is open by itself; else ``""``."""
    return {"came_from": SimpleLazyObject(lambda: _came_from(request))}


def _came_from(request: HttpRequest) -> str:
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours and urlsplit(page).path != request.path else ""


def _minutes(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.role in sessions.UNATTENDED:
        return 0
    return sessions.patience(session_row(request)) // timedelta(minutes=1)
