"""The wall screen at its own door: the key that its browser keeps lets it in; a code, typed once, gives it the key.

It never meets the log-in page of people: whatever ends its session, its page leads back here, and in again (WR-6).
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from amh.board.audiences import is_wall
from amh.core import dates, parameters, tries
from amh.core.dialogs import UNPROCESSABLE
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from wards.actions import screens as acts
from wards.forms.screens import InstallForm
from wards.models import Screen, Theme
from wards.queries import screens

COOKIE = "amh_mural"
KEPT = timedelta(days=400)
"""As long as a browser keeps a cookie at most; each opening begins it anew."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
TOO_MANY = 429


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def enter(request: HttpRequest) -> HttpResponse:
    """Let a screen in by its key; ask a browser that has none, or whose key opens nothing any more, for a code."""
    if request.method == "POST":
        return _install(request)
    key = request.COOKIES.get(COOKIE, "")
    screen = screens.of_key(key) if key else None
    if screen is not None:
        return _let_in(request, screen, key)
    answer = _ask(request, InstallForm(), lost=bool(key))
    answer.delete_cookie(COOKIE, path=reverse("board:wall"), samesite="Lax")
    return answer


@never_cache
@require_safe
@door(Permission.VIEW_WALL)
def present(request: HttpRequest) -> JsonResponse:
    """Note that the screen is on, and tell it how it is set now. Asked by its page every minute."""
    screen = screens.of_account(actor(request))
    if screen is not None:
        acts.note_seen(screen, at=timezone.now())
    return JsonResponse(_set(screen))


def way_in(request: HttpRequest) -> str:
    """Where the page of the board sends whoever is not logged in: a wall screen to its own door, others nowhere."""
    return reverse("board:wall") if request.GET.get("mode") == "mural" else ""


def context(by: User) -> dict[str, Any]:
    """What the page of a wall names beside the board; a person may leave it, a screen shows that it is on."""
    said = _set(screens.of_account(by)) | {"wall_title": parameters.words("wall_title")}
    return said | {"present_url": reverse("board:wall-present")} if is_wall(by) else said


def _set(screen: Screen | None) -> dict[str, Any]:
    if screen is None:
        return {"theme": Theme.AUTO.value, "page_seconds": Screen._meta.get_field("page_seconds").default}  # noqa: SLF001 - Django documents _meta
    return {"theme": screen.theme, "page_seconds": screen.page_seconds}


def _install(request: HttpRequest) -> HttpResponse:
    form, now = InstallForm(request.POST), timezone.now()
    if not form.is_valid():
        return _ask(request, form, status=UNPROCESSABLE)
    # A code is short enough to be guessed in time: unlike a token, even a good one waits.
    wait = tries.count(ip(request), at=now)
    if wait is not None:
        form.add_error("code", _("Trop d’essais depuis cette adresse. Recommencer dans %s.") % _minutes(wait))
        return _ask(request, form, status=TOO_MANY)
    try:
        installed = acts.install(code=form.cleaned_data["code"], at=now)
    except Invalid as refusal:
        form.add_error("code", refusal.sentence)
        return _ask(request, form, status=UNPROCESSABLE)
    return _let_in(request, installed.screen, installed.key)


def _minutes(wait: timedelta) -> str:
    return dates.duration(wait + timedelta(minutes=1))


def _let_in(request: HttpRequest, screen: Screen, key: str) -> HttpResponse:
    login(request, screen.account, backend=BACKEND)
    acts.note_seen(screen, at=timezone.now())
    answer = redirect(_page())
    answer.set_cookie(
        COOKIE,
        key,
        max_age=KEPT,
        path=reverse("board:wall"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _ask(request: HttpRequest, form: InstallForm, *, lost: bool = False, status: int = 200) -> HttpResponse:
    login_url = f"{resolve_url('core:login')}?{urlencode({'next': _page()})}"
    said = {"title": _("Installer un écran mural"), "form": form, "lost": lost, "login_url": login_url}
    return render(request, "board/walls/install.html", said, status=status)


def _page() -> str:
    return reverse("board:list", query={"mode": "mural"})
