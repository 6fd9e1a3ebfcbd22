"""The screen of a person who went away: locked by them or by itself, opened again by them alone (WR-6)."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from amh.core import sessions
from amh.core.actions import sessions as acts
from amh.core.actions.sessions import Attempt, Outcome
from amh.core.dialogs import UNPROCESSABLE
from amh.core.doors import door
from amh.core.requests import actor, session_row
from amh.core.sessions import open_when_locked

PAGE, PART = "core/sessions/unlock.html", "core/sessions/form.html"


@require_POST
@door()
@open_when_locked
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this session, in every tab."""
    acts.lock(key=request.session.session_key or "", at=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(reverse("core:unlock", query={"next": _next(request)}))


@never_cache
@door()
@open_when_locked
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask who is there, and let the owner of the session go on where they were."""
    if request.method != "POST":
        return _ask(request) if _is_locked(request) else redirect(_next(request))
    if _is_page_of_another(request):
        return _elsewhere(request, _next(request))
    typed = request.POST.get("secret", "")
    if not typed:
        return _ask(request, _("Saisir le code ou le mot de passe, ou présenter le badge."))
    key = request.session.session_key or ""
    return _answer(request, acts.unlock(key=key, typed=typed, by=actor(request), at=timezone.now()))


@never_cache
@require_safe
@door()
@open_when_locked
def state(request: HttpRequest) -> HttpResponse:
    """Tell a tab whether the session is locked, and whose it is. Asked by a page in use, it is a sign of presence."""
    return JsonResponse({"locked": _is_locked(request), "who": actor(request).pk})


def _answer(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    match attempt.outcome:
        case Outcome.OPENED if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Trigger": "amh:opened"})
        case Outcome.OPENED:
            return redirect(_next(request))
        case Outcome.ENDED:
            logout(request)
            messages.error(request, _("Trop d’essais : la session est terminée. Se connecter de nouveau."))
            return _elsewhere(request, resolve_url("core:login"))
    return _ask(request, _refusal(attempt, name=str(actor(request))))


def _refusal(attempt: Attempt, *, name: str) -> str:
    if attempt.outcome == Outcome.BADGE_OF_ANOTHER:
        return _("Ce badge est celui de quelqu’un d’autre. Session ouverte : %s.") % name
    left = ngettext("Encore %d essai.", "Encore %d essais.", attempt.left) % attempt.left
    return _("%s : ce n’est ni le code, ni le badge, ni le mot de passe.") % name + " " + left


def _ask(request: HttpRequest, refusal: str = "") -> HttpResponse:
    template = PART if request.headers.get("HX-Request") else PAGE
    context = {"unlock_refusal": refusal, "next": _next(request)}
    return render(request, template, context, status=UNPROCESSABLE if refusal else 200)


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _is_locked(request: HttpRequest) -> bool:
    row = session_row(request)
    return row is not None and sessions.is_locked(row, role=actor(request).role, at=timezone.now())


def _is_page_of_another(request: HttpRequest) -> bool:
    """Somebody else has logged in since the page was shown: it must go, not be uncovered for them."""
    return request.POST.get("who", str(actor(request).pk)) != str(actor(request).pk)


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or "/"
    secure = request.is_secure()
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=secure)
    return address if safe else "/"
