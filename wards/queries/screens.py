"""Wall screens, as the settings page lists them and as a device shows itself."""

from datetime import datetime

from django.db.models import QuerySet

from amh.core.models import User
from amh.core.models.tokens import digest
from wards.models import Screen


def listed() -> QuerySet[Screen]:
    """Every screen with its units, those in service first. Two queries."""
    return Screen.objects.select_related("account").prefetch_related("units").order_by("revoked_at", "name", "pk")


def of_key(key: str) -> Screen | None:
    """The screen in service that keeps this key, with its account; ``None`` for a key that opens nothing."""
    opened = Screen.objects.filter(revoked_at=None, account__is_active=True).exclude(key_digest="")
    return opened.select_related("account").filter(key_digest=digest(key)).first()


def of_account(user: User) -> Screen | None:
    """What the account is the account of; ``None`` when it is no screen described here."""
    return Screen.objects.filter(account=user).first()


def by_code(code_digest: str, *, at: datetime) -> Screen | None:
    """The screen in service for which a code that still holds at ``at`` was given."""
    given = Screen.objects.filter(revoked_at=None, account__is_active=True, code_until__gt=at).exclude(code_digest="")
    return given.filter(code_digest=code_digest).first()
