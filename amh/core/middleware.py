"""What every page shares: nothing without a log-in, and refusals said in words."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from amh.core import sessions
from amh.core.errors import Refusal
from amh.core.requests import actor, session_row

UNAUTHENTICATED = 401
NOT_ALLOWED = 405
LOCKED = 423


class LoginRequired(LoginRequiredMiddleware):
    """Every page asks for a log-in unless it says otherwise.

    A request made from inside a page gets a plain 401: the page keeps what was typed and offers to log in again.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Send a page to the log-in, or to another way in of its own; a part of a page 401."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=UNAUTHENTICATED)
        way_in = getattr(view_func, "way_in", None)
        if way_in is not None and (address := way_in(request)):
            return redirect(address)
        return super().handle_no_permission(request, view_func)


class Locks:
    """Keep a locked session out of every page, and note that somebody is in front of one that is not.

    The interface for programs asks for itself (``amh.core.api.authentication``), as the streams do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer 423 to a part of a page, and show a page how to open the session again."""
        row = session_row(request) if getattr(view_func, "login_required", True) else None
        if row is None:
            return None
        now = timezone.now()
        if not sessions.is_locked(row, role=actor(request).role, at=now):
            if sessions.BACKGROUND not in request.headers:
                sessions.note(row, at=now)
            return None
        if getattr(view_func, "open_when_locked", False):
            return None
        return _locked(request)


def _locked(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=LOCKED)
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(reverse("core:unlock", query={"next": back}))


class Refusals:
    """Turn a refusal that no view has dealt with, or an address that only acts, into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and request.method == "GET" and not getattr(response, "content", b""):
            return render(request, "core/errors/405.html", status=NOT_ALLOWED)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say the sentence with its status; any other exception goes on its way."""
        if not isinstance(exception, Refusal):
            return None
        template = f"core/errors/{exception.status}.html"
        said = {"sentence": exception.sentence, "way": exception.way}
        return render(request, template, said, status=exception.status)
