"""The tokens of an account: a secret is shown once, where it is made."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from amh.core import tokens as token_rules
from amh.core.actions import tokens
from amh.core.actions.tokens import Issued
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.models import ApiToken, User
from amh.core.requests import actor
from amh.core.roles import Permission
from wards.forms.accounts import EndForm, TokenForm

SHOWN = "wards/tokens/shown.html"
A_YEAR = timedelta(days=365)


@never_cache
@door(Permission.SET_ACCOUNTS)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token for an account and show its secret, once."""
    user, now = get_object_or_404(User, pk=pk), timezone.now()
    form = TokenForm(request.POST or None, permissions=token_rules.offered(user), initial=_in_a_year(now))

    def act(data: dict[str, Any]) -> HttpResponse:
        facts = {"label": data["label"], "permissions": data.get("permissions", ())}
        issued = tokens.issue(user=user, valid_until=form.valid_until, **facts, by=actor(request), at=now)
        return _shown(request, issued)

    return Dialog(form, _("Nouveau jeton : %s") % user, _("Créer le jeton")).answer(request, act)


@never_cache
@door(Permission.SET_ACCOUNTS)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the token that replaces another, and show its secret, once."""
    token, now = _get(pk), timezone.now()
    form = EndForm(request.POST or None, initial=_in_a_year(now))

    def act(data: dict[str, Any]) -> HttpResponse:
        return _shown(request, tokens.rotate(token=token, valid_until=form.valid_until, by=actor(request), at=now))

    return Dialog(form, _("Remplacer le jeton « %s »") % token, _("Remplacer le jeton")).answer(request, act)


@require_POST
@door(Permission.SET_ACCOUNTS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    token = tokens.revoke(token=_get(pk), by=actor(request), at=timezone.now())
    return finished(request, Done(_("Jeton révoqué : %s.") % token, _account(token)))


def _shown(request: HttpRequest, issued: Issued) -> HttpResponse:
    title = _("Jeton « %s »") % issued.token
    return render(request, SHOWN, {"title": title, "secret": issued.secret, "back": _account(issued.token)})


def _in_a_year(now: datetime) -> dict[str, Any]:
    return {"last_day": timezone.localdate(now + A_YEAR)}


def _get(pk: int) -> ApiToken:
    return get_object_or_404(ApiToken.objects.select_related("user"), pk=pk)


def _account(token: ApiToken) -> str:
    return reverse("wards:account", args=[token.user_id])
