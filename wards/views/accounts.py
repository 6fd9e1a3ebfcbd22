"""Accounts: one's own, and those of everybody for whoever sets them."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from amh.core import accounts as account_rules
from amh.core.actions import accounts as core_acts
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.models import UnlockKind, User
from amh.core.requests import actor, words
from amh.core.roles import LABELS, ROLES, Permission, Role
from wards.actions import accounts as acts
from wards.actions import memberships
from wards.forms.accounts import ChangeForm, NewAccountForm, NewPasswordForm, UnitsForm
from wards.models import Membership, Unit
from wards.models.validity import valid_at
from wards.queries import accounts

PER_PAGE = 50
CLOSE = "wards/accounts/close.html"


@require_safe
@door()
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person their own account: who they are here, where they work, how they come back to a locked screen."""
    user, now = actor(request), timezone.now()
    held = dict(user.unlock_keys.values_list("kind", "set_at"))
    keys = [{"kind": kind.value, "label": kind.label, "set_at": held.get(kind)} for kind in UnlockKind]
    context = {"title": _("Mon compte"), "memberships": accounts.units_of(user, at=now), "keys": keys}
    return render(request, "wards/accounts/mine.html", context)


@require_safe
@door(Permission.SET_ACCOUNTS)
def listing(request: HttpRequest) -> HttpResponse:
    """List the accounts, those that are open first of all."""
    chosen = {name: words(request, name) for name in ("q", "role", "etat")}
    state = chosen["etat"] if chosen["etat"] in accounts.STATES else accounts.STATES[0]
    people = accounts.listed(words=chosen["q"], role=chosen["role"], state=state, at=timezone.now())
    context = {
        "title": _("Qui a un compte ?"),
        "page": Paginator(people, PER_PAGE).get_page(request.GET.get("page")),
        "words": chosen["q"],
        "role": chosen["role"],
        "roles": Role.choices,
        "state": state,
        "states": zip(accounts.STATES, (_("Ouverts"), _("Fermés"), _("Tous")), strict=True),
    }
    return render(request, "wards/accounts/list.html", context)


@require_safe
@door(Permission.SET_ACCOUNTS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account: who, which rights, which units, which tokens."""
    user, now = _get(pk), timezone.now()
    device = user.role in account_rules.DEVICES
    context = {
        "title": str(user),
        "account": user,
        "device": device,
        "can_log_in": user.has_usable_password(),
        "permissions": [LABELS[permission] for permission in ROLES[user.role]],
        "memberships": accounts.units_of(user, at=now),
        "tokens": accounts.tokens_of(user),
        "now": now,
    }
    return render(request, "wards/accounts/show.html", context)


@sensitive_post_parameters()
@door(Permission.SET_ACCOUNTS)
def create(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    form = NewAccountForm(request.POST or None, units=_units())

    def act(data: dict[str, Any]) -> Done:
        facts = data | {"codes": data["units"], "password": data["password"] or None}
        del facts["units"]
        user = acts.create(**facts, by=actor(request), at=timezone.now())
        return Done(_("Compte créé : %s.") % user.username, _address(user))

    return Dialog(form, _("Nouveau compte"), _("Créer le compte")).answer(request, act)


@door(Permission.SET_ACCOUNTS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who somebody is, or their trade."""
    user = _get(pk)
    device = user.role in account_rules.DEVICES
    known = {name: getattr(user, name) for name in ("role", "last_name", "first_name", "email")}
    form = ChangeForm(request.POST or None, initial=known, device=device)

    def act(data: dict[str, Any]) -> Done:
        changed = core_acts.change(user=user, **data, by=actor(request), at=timezone.now())
        return Done(_("Compte modifié : %s.") % changed, _address(user))

    return Dialog(form, _("Modifier %s") % user, _("Enregistrer")).answer(request, act)


@sensitive_post_parameters()
@door(Permission.SET_ACCOUNTS)
def set_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a new password."""
    user = _get(pk)
    form = NewPasswordForm(request.POST or None)

    def act(data: dict[str, Any]) -> Done:
        core_acts.set_password(user=user, password=data["password"], by=actor(request), at=timezone.now())
        return Done(_("Nouveau mot de passe enregistré : ses sessions sont terminées."), _address(user))

    return Dialog(form, _("Mot de passe : %s") % user, _("Donner ce mot de passe")).answer(request, act)


@door(Permission.SET_ACCOUNTS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, once it has been read what ends with it."""
    user = _get(pk)

    def act(data: dict[str, Any]) -> Done:
        core_acts.close(user=user, by=actor(request), at=timezone.now())
        return Done(_("Compte fermé : %s.") % user.username, _address(user))

    form = Form(request.POST if request.method == "POST" else None)
    return Dialog(form, _("Fermer le compte : %s") % user, _("Fermer le compte"), CLOSE).answer(request, act)


@require_POST
@door(Permission.SET_ACCOUNTS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user = core_acts.reopen(user=_get(pk), by=actor(request), at=timezone.now())
    return finished(request, Done(_("Compte rouvert : %s.") % user.username, _address(user)))


@door(Permission.SET_ACCOUNTS)
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody a member of more units."""
    user, now = _get(pk), timezone.now()
    here = {one.unit_id for one in accounts.units_of(user, at=now)}
    form = UnitsForm(request.POST or None, units=[unit for unit in _units() if unit.pk not in here])

    def act(data: dict[str, Any]) -> Done:
        memberships.join(user=user, codes=data["units"], by=actor(request), at=now)
        return Done(_("Unités ajoutées."), _address(user))

    return Dialog(form, _("Affecter %s à des unités") % user, _("Affecter")).answer(request, act)


@require_POST
@door(Permission.SET_ACCOUNTS)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership now."""
    membership = get_object_or_404(Membership.objects.select_related("user", "unit"), pk=pk)
    memberships.leave(membership=membership, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Affectation terminée : %s.") % membership.unit, _address(membership.user)))


def _get(pk: int) -> User:
    return get_object_or_404(User, pk=pk)


def _units() -> list[Unit]:
    return list(Unit.objects.filter(valid_at(timezone.now())).order_by("position", "name"))


def _address(user: User) -> str:
    return reverse("wards:account", args=[user.pk])
