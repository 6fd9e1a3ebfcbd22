"""What every page shares: nothing without a log-in, and refusals said in words."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from amh.core.errors import Refusal

UNAUTHENTICATED = 401
NOT_ALLOWED = 405


class LoginRequired(LoginRequiredMiddleware):
    """Every page asks for a log-in unless it says otherwise.

    A request made from inside a page gets a plain 401: the page keeps what was typed and offers to log in again.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Send a page to the log-in, a part of a page 401."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=UNAUTHENTICATED)
        return super().handle_no_permission(request, view_func)


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
        return render(request, template, {"sentence": exception.sentence}, status=exception.status)
