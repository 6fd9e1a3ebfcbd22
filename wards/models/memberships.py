from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.units import Unit
from wards.models.validity import Validity


class Validities(Func):
    """The time range from ``valid_from`` to ``valid_until``, open-ended when that is null."""

    function = "TSTZRANGE"
    arity = 2


@tracked()
class Membership(Validity):
    """A person works in a unit for a time: what gives the rights that hold for own units only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships", verbose_name=_("unité"))

    class Meta:
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            ExclusionConstraint(
                name="membership_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (Validities("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="membership_validity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.unit}"
