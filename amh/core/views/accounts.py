"""What each person sets for themselves: password, short code, badge."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from amh.core.actions import accounts, sessions, unlocks
from amh.core.actions.sessions import Outcome
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.errors import Denied, Invalid
from amh.core.forms import BadgeForm, OwnForm, PasswordForm, PinForm
from amh.core.models import UnlockKind
from amh.core.requests import actor

BACK = "account"
"""The page « Mon compte »."""


@sensitive_post_parameters()
@door()
def set_pin(request: HttpRequest) -> HttpResponse:
    """Give oneself a short code, or another one."""
    form = PinForm(request.POST or None)

    def act(data: dict[str, Any]) -> Done:
        _confirm(request, data["current"])
        unlocks.set_pin(pin=data["pin"], by=actor(request), at=timezone.now())
        return Done(_("Code court enregistré."), reverse(BACK))

    return Dialog(form, _("Code court"), _("Enregistrer le code")).answer(request, act)


@sensitive_post_parameters()
@door()
def set_badge(request: HttpRequest) -> HttpResponse:
    """Take a badge for one's own."""
    form = BadgeForm(request.POST or None)

    def act(data: dict[str, Any]) -> Done:
        _confirm(request, data["current"])
        unlocks.set_badge(badge=data["badge"], by=actor(request), at=timezone.now())
        return Done(_("Badge enregistré."), reverse(BACK))

    return Dialog(form, _("Badge"), _("Enregistrer le badge")).answer(request, act)


@sensitive_post_parameters()
@door()
def remove(request: HttpRequest, kind: str) -> HttpResponse:
    """Give up the short code or the badge."""
    if kind not in UnlockKind.values:
        raise Http404
    name = UnlockKind(kind).label
    form: Form = OwnForm(request.POST or None)

    def act(data: dict[str, Any]) -> Done:
        _confirm(request, data["current"])
        unlocks.remove(kind=UnlockKind(kind), by=actor(request), at=timezone.now())
        return Done(_("Supprimé : %s.") % name, reverse(BACK))

    return Dialog(form, _("Supprimer : %s") % name, _("Supprimer")).answer(request, act)


@sensitive_post_parameters()
@door()
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the other sessions of the person end."""
    form = PasswordForm(request.POST or None)

    def act(data: dict[str, Any]) -> Done:
        _confirm(request, data["current"])
        key = request.session.session_key or ""
        user = accounts.change_password(password=data["password"], key=key, by=actor(request), at=timezone.now())
        update_session_auth_hash(request, user)
        return Done(_("Mot de passe changé. Les sessions ouvertes ailleurs sont terminées."), reverse(BACK))

    return Dialog(form, _("Mot de passe"), _("Changer le mot de passe")).answer(request, act)


def _confirm(request: HttpRequest, password: str) -> None:
    """Raise ``Invalid`` for a wrong password, ``Denied`` for one too many: the session is over."""
    key = request.session.session_key or ""
    attempt = sessions.confirm(key=key, password=password, by=actor(request), at=timezone.now())
    if attempt.outcome == Outcome.ENDED:
        raise Denied(_("Trop d’essais : la session est terminée. Se connecter de nouveau."), code="session_ended")
    if attempt.outcome != Outcome.OPENED:
        left = ngettext("Encore %d essai.", "Encore %d essais.", attempt.left) % attempt.left
        raise Invalid(
            _("Ce n’est pas le mot de passe de ce compte.") + " " + left, code="wrong_password", field="current"
        )
