import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.csrf import csrf_failure

from amh.core.outages import is_away

RETRY_SECONDS = "5"


def server_error(request: HttpRequest) -> HttpResponse:
    """Say what failed: the database, which comes back (503, the page tries again by itself), or the program (500).

    Rendered without the request: whoever asks for the person or their messages would ask the database again.
    """
    if is_away(sys.exc_info()[1]):
        context = {"CSP_NONCE": getattr(request, "csp_nonce", "")}
        away = HttpResponse(get_template("core/errors/503.html").render(context), status=503)
        away["Retry-After"] = RETRY_SECONDS
        return away
    return HttpResponse(get_template("core/errors/500.html").render(), status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old; a part of a page, of somebody logged out, keeps what was typed: a plain 401."""
    if request.headers.get("HX-Request") and not request.user.is_authenticated:
        return HttpResponse(status=401)
    return csrf_failure(request, reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, patient or bed (or none that this person may see)."""
    return render(request, "core/errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the role does not allow it."""
    return render(request, "core/errors/403.html", status=403)
