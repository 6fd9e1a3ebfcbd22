from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.units import Unit
from wards.models.validity import Validity, valid_at


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Memberships that hold at this moment."""
        return self.filter(valid_at(timezone.now()))


@tracked()
class Membership(Validity):
    """A person works in a unit for a time: what gives the rights that hold for own units only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships", verbose_name=_("unité"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit"], condition=Q(valid_until=None), name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="membership_validity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.unit}"
