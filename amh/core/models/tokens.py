import hashlib

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digest(secret: str) -> str:
    """SHA-256 of a token, in hex: tokens are long and random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> "ApiTokenQuerySet":
        """Tokens of active accounts that have neither run out nor been revoked."""
        lasting = Q(valid_until=None) | Q(valid_until__gt=timezone.now())
        return self.filter(lasting, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """The key of an account for programs. Only its hash is kept; it is shown once, when it is made.

    ``permissions`` limits it to some of what the account's role may do; empty, it may do all of it. A token is rotated
    by another one that ``replaces`` it: the old one goes on for a while, so that the program can change over.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    label = models.CharField(_("usage"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField(_("valable jusqu’au"), null=True, blank=True)
    permissions = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True)
    revoked_at = models.DateTimeField(_("révoqué le"), null=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replacements")

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


class TokenFailure(models.Model):
    """How often an address has shown tokens that nobody knows since ``since``: what slows guessing down."""

    address = models.GenericIPAddressField(unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.address
