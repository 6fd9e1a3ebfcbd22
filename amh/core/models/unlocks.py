from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UnlockKind(models.TextChoices):
    """By what a person comes back to their locked session."""

    PIN = "pin", _("code court")
    BADGE = "badge", _("badge")


class UnlockKey(models.Model):
    """What opens the locked session of its owner again, never a log-in (WR-6). Only a hash is kept.

    That of a badge is the same whenever the badge is read, so that one badge is one person's.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unlock_keys")
    kind = models.CharField(max_length=10, choices=UnlockKind)
    secret = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="unlock_key_once"),
            models.UniqueConstraint(fields=["secret"], condition=Q(kind=UnlockKind.BADGE), name="badge_once"),
            models.CheckConstraint(condition=Q(kind__in=UnlockKind.values), name="unlock_kind_known"),
        ]

    def __str__(self) -> str:
        return self.kind
