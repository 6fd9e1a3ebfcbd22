from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def valid_at(at: datetime) -> Q:
    """Condition of the rows that exist at ``at``."""
    return Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))


class Validity(models.Model):
    """A place that exists for a time: never deleted, so that any past day can be shown as it was."""

    valid_from = models.DateTimeField(_("existe depuis"), default=timezone.now)
    valid_until = models.DateTimeField(_("jusqu’au"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_validity",
            )
        ]

    def is_valid(self, at: datetime) -> bool:
        """Tell whether it exists at ``at``."""
        return self.valid_from <= at and (self.valid_until is None or self.valid_until > at)
