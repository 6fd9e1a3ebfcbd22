"""Accounts of people and of other systems, and the tokens by which programs show who they are."""

import secrets
from datetime import datetime

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit, rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Permission, Role
from amh.core.transactions import VIOLATIONS, act

SECRET_BYTES = 32
TAKEN = gettext_lazy("Cet identifiant est déjà celui d’un autre compte.")

VIOLATIONS["core_user_username_key"] = TAKEN


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
    _check_fields(user)
    _check_password(user, password)
    user.set_password(password)
    user.save()
    audit.record("account.create", subject=user, by=by, at=at, role=role)
    return user


def _check_fields(user: User) -> None:
    if user.role not in Role.values:
        known = ", ".join(Role.values)
        sentence = _("Rôle inconnu : %(role)s. Les rôles sont : %(known)s.") % {"role": user.role, "known": known}
        raise Invalid(sentence, code="unknown_role", field="role")
    if User.objects.filter(username=user.username).exists():
        raise Conflict(str(TAKEN), code="username_taken", field="username")
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        label = getattr(User._meta.get_field(field), "verbose_name", field)  # noqa: SLF001 - Django documents _meta
        sentence = _("%(field)s : %(fault)s") % {"field": str(label).capitalize(), "fault": " ".join(messages)}
        raise Invalid(sentence, code="invalid", field=field) from error


def _check_password(user: User, password: str | None) -> None:
    """Django's validators decide what a good password is (``AUTH_PASSWORD_VALIDATORS``)."""
    if user.role == Role.INTERFACE:
        if password is not None:
            raise Invalid(
                _("Une interface n’a pas de mot de passe : elle se connecte par jeton."),
                code="no_password",
                field="password",
            )
        return
    if not password:
        raise Invalid(_("Il faut un mot de passe."), code="required", field="password")
    try:
        password_validation.validate_password(password, user=user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak_password", field="password") from error


@act
def deactivate(*, username: str, by: User | None, at: datetime) -> User:
    """Close an account: sessions, open boards and tokens lose their right; what the person did stays theirs.

    Raises ``Denied``, ``Invalid`` (nobody has this username) or ``Conflict`` (closed already).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _active(username)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("account.deactivate", subject=user, by=by, at=at)
    return user


@act
def issue_token(*, username: str, label: str, valid_until: datetime | None, by: User | None, at: datetime) -> str:
    """Make a token for an account and return its secret, which is kept nowhere: only its digest is.

    Without ``valid_until`` it does not run out. Raises ``Denied``, ``Invalid`` (account, label or date) or
    ``Conflict`` (the account is closed).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = _active(username)
    _check_token(label, valid_until, at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(user=user, label=label.strip(), digest=digest(secret), valid_until=valid_until)
    audit.record("token.issue", subject=token, by=by, at=at, user=user.pk)
    return secret


def _check_token(label: str, valid_until: datetime | None, *, at: datetime) -> None:
    longest = ApiToken._meta.get_field("label").max_length  # noqa: SLF001 - Django documents _meta
    if not 0 < len(label.strip()) <= (longest or 0):
        sentence = _("Il faut dire à quoi sert le jeton, en %d caractères au plus.") % longest
        raise Invalid(sentence, code="label", field="label")
    if valid_until is not None and valid_until <= at:
        raise Invalid(_("Un jeton vaut au moins un jour."), code="validity", field="valid_until")


def _active(username: str) -> User:
    """The open account of that name, locked. Raises ``Invalid`` or ``Conflict``."""
    user = User.objects.select_for_update(no_key=True).filter(username=username).first()
    if user is None:
        raise Invalid(_("Aucun compte ne porte l’identifiant %s.") % username, code="unknown_user", field="username")
    if not user.is_active:
        raise Conflict(_("Ce compte est désactivé."), code="inactive", field="username")
    return user
