"""Accounts of people and of other systems."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from amh.core import accounts as account_rules
from amh.core import audit, rules
from amh.core.actions import sessions
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act, hold


@act
def create(
    *,
    username: str,
    role: str,
    password: str | None,
    last_name: str,
    first_name: str = "",
    email: str = "",
    by: User | None,
    at: datetime,
) -> User:
    """Make an account. A person has a password; an interface has none and shows a token.

    Raises ``Denied``, ``Invalid`` (role, a field, the password) or ``Conflict`` (the username is taken).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = User(username=username, role=role, last_name=last_name, first_name=first_name, email=email)
    user.username = User.normalize_username(username)
    hold("usernames")
    account_rules.check_identity(user)
    account_rules.check_password(user, password)
    user.set_password(password)
    user.save()
    audit.record("account.create", subject=user, by=by, at=at, role=role)
    return user


@act
def change(
    *, user: User, role: str, last_name: str, first_name: str, email: str, by: User | None, at: datetime
) -> User:
    """Change who the account is for, and their role: pages follow at once, open boards within the minute.

    Raises ``Denied``, ``Invalid`` or ``Conflict`` (closed; the last administrator; a person made a device).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _locked(user)
    account_rules.check_open(user)
    account_rules.check_role(user, role, by=by)
    before = user.role
    user.role, user.last_name, user.first_name, user.email = role, last_name, first_name, email
    account_rules.check_identity(user)
    user.save(update_fields=["role", "last_name", "first_name", "email"])
    audit.record("account.change", subject=user, by=by, at=at, role=role, before=before)
    return user


@act
def close(*, user: User, by: User | None, at: datetime) -> User:
    """Close an account: sessions, open boards, tokens, badge and code end; what the person did stays theirs.

    Raises ``Denied`` or ``Conflict`` (closed already; one's own; the last administrator).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _locked(user)
    account_rules.check_close(user, by=by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.unlock_keys.all().delete()
    user.api_tokens.filter(revoked_at=None).update(revoked_at=at)
    sessions.end(user)
    audit.record("account.close", subject=user, by=by, at=at)
    return user


@act
def reopen(*, user: User, by: User | None, at: datetime) -> User:
    """Open a closed account again, with its password but without the tokens, badge and code that it had.

    Raises ``Denied`` or ``Conflict`` (it is open).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _locked(user)
    if user.is_active:
        raise Conflict(_("Ce compte est ouvert."), code="open")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("account.reopen", subject=user, by=by, at=at)
    return user


@act
def set_password(*, user: User, password: str, by: User | None, at: datetime) -> None:
    """Give somebody a new password; their sessions end.

    Raises ``Denied``, ``Invalid`` (too weak, an interface) or ``Conflict`` (closed; one's own).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _locked(user)
    account_rules.check_open(user)
    if by is not None and by.pk == user.pk:
        raise Conflict(_("Son propre mot de passe se change dans « Mon compte »."), code="own_account")
    _change_password(user, password)
    sessions.end(user)
    audit.record("account.set_password", subject=user, by=by, at=at)


@act
def change_password(*, password: str, key: str, by: User, at: datetime) -> User:
    """Change one's own password; every session ends but the one with this ``key``. Raises ``Invalid``."""
    user = _locked(by)
    _change_password(user, password)
    sessions.end(user, but=key)
    audit.record("account.change_password", subject=user, by=user, at=at)
    return user


def _change_password(user: User, password: str) -> None:
    account_rules.check_password(user, password)
    if user.check_password(password):
        raise Invalid(_("C’est déjà le mot de passe de ce compte."), code="same_password", field="password")
    user.set_password(password)
    user.save(update_fields=["password"])


def named(username: str) -> User:
    """The account of that name. Raises ``Invalid``."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Invalid(_("Aucun compte ne porte l’identifiant %s.") % username, code="unknown_user", field="username")
    return user


def _locked(user: User) -> User:
    """The account as it stands, locked together with every administrator, so that the last two cannot leave at once."""
    held = User.objects.select_for_update(no_key=True).filter(Q(pk=user.pk) | Q(role__in=account_rules.SETTERS))
    return next(one for one in held.order_by("pk") if one.pk == user.pk)
