from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core import entitlements
from amh.core.entitlements import Entitlements, Posting
from amh.core.history import tracked
from amh.core.roles import Role


class UserManager(BaseUserManager["User"]):
    """Accounts are made with a role; none has every right."""

    def create_user(self, username: str, *, role: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password nobody can log in with it."""
        user = self.model(username=self.model.normalize_username(username), role=role, **fields)
        user.set_password(password)
        user.save()
        return user


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person (or an interface) with an account of their own; never shared."""

    username = models.CharField(_("identifiant"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    first_name = models.CharField(_("prénom"), max_length=150, blank=True)
    last_name = models.CharField(_("nom"), max_length=150, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("actif"), default=True)
    date_joined = models.DateTimeField(_("depuis le"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["role"]

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        ordering = ["last_name", "first_name"]
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """First name and NAME, as people read each other's badges."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """First name and initial, for the top bar."""
        initial = f"{self.last_name[:1]}." if self.last_name else ""
        return f"{self.first_name} {initial}".strip()

    limited_to: frozenset[str] | None = None
    """The permissions to which the token shown is limited; ``None`` for a session or a token without limits."""

    @cached_property
    def posting(self) -> Posting:
        """Where this person works today, read once per request."""
        return self._held.posting

    @cached_property
    def exceptions(self) -> frozenset[int]:
        """Ids of the patients whose record this person opened by an exceptional access, read once per request."""
        return self._held.exceptions

    @cached_property
    def _held(self) -> Entitlements:
        return entitlements.held([self.pk], at=timezone.now())[self.pk]
