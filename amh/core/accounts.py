"""What an account may be, and which may be closed."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import ROLES, Permission, Role
from amh.core.transactions import VIOLATIONS

TAKEN = gettext_lazy("Cet identifiant est déjà celui d’un autre compte.")
DEVICES = frozenset({Role.INTERFACE, Role.WALL})
"""Roles of what is no person: they show a token, and need no password."""

VIOLATIONS["core_user_username_key"] = TAKEN


def check_identity(user: User) -> None:
    """Raise ``Invalid`` for a role that does not exist or a field that cannot be, ``Conflict`` for a username taken.

    Two usernames that differ by their capitals alone are one: nobody could tell them apart.
    """
    if user.role not in Role.values:
        known = ", ".join(Role.values)
        sentence = _("Rôle inconnu : %(role)s. Les rôles sont : %(known)s.") % {"role": user.role, "known": known}
        raise Invalid(sentence, code="unknown_role", field="role")
    if User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        raise Conflict(str(TAKEN), code="username_taken", field="username")
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        label = getattr(User._meta.get_field(field), "verbose_name", field)  # noqa: SLF001 - Django documents _meta
        sentence = _("%(field)s : %(fault)s") % {"field": str(label).capitalize(), "fault": " ".join(messages)}
        raise Invalid(sentence, code="invalid", field=field) from error


def check_password(user: User, password: str | None) -> None:
    """Raise ``Invalid`` unless ``password`` suits the account: none for an interface, as one likes for a wall screen.

    Django's validators decide what a good one is (``AUTH_PASSWORD_VALIDATORS``).
    """
    if password is None and user.role in DEVICES:
        return
    if user.role == Role.INTERFACE:
        sentence = _("Une interface n’a pas de mot de passe : elle se connecte par jeton.")
        raise Invalid(sentence, code="no_password", field="password")
    if not password:
        raise Invalid(_("Il faut un mot de passe."), code="required", field="password")
    try:
        password_validation.validate_password(password, user=user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak_password", field="password") from error


def check_open(user: User) -> None:
    """Raise ``Conflict`` when the account is closed."""
    if not user.is_active:
        raise Conflict(_("Ce compte est fermé."), code="closed")


def check_close(user: User, *, by: User | None) -> None:
    """Raise ``Conflict`` when the account is closed, one's own, or the last that can set accounts."""
    check_open(user)
    if by is not None and by.pk == user.pk:
        raise Conflict(_("On ne ferme pas son propre compte : demander à un autre administrateur."), code="own_account")
    check_not_last(user)


def check_not_last(user: User) -> None:
    """Raise ``Conflict`` when nobody but ``user`` could set accounts any more."""
    if user.role in SETTERS and not User.objects.filter(role__in=SETTERS, is_active=True).exclude(pk=user.pk).exists():
        sentence = _("C’est le dernier compte d’administrateur : en ouvrir un autre d’abord.")
        raise Conflict(sentence, code="last_administrator")


def check_role(user: User, role: str, *, by: User | None) -> None:
    """Raise ``Conflict`` when the account may not get this role: a device is no person, nor a person a device."""
    if role == user.role:
        return
    if {role, user.role} & DEVICES:
        sentence = _("Une personne et un appareil ne partagent pas de compte : en créer un autre.")
        raise Conflict(sentence, code="device", field="role")
    if user.role in SETTERS and role not in SETTERS:
        if by is not None and by.pk == user.pk:
            raise Conflict(_("On ne se retire pas son propre rôle d’administrateur."), code="own_account", field="role")
        check_not_last(user)


SETTERS = frozenset(role for role, permissions in ROLES.items() if Permission.SET_ACCOUNTS in permissions)
"""Roles that may set accounts: one of them must always be left."""
