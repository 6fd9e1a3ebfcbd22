from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.beds import Bed


class ClosureKind(models.TextChoices):
    """Closed: not staffed or not usable. Blocked: usable again only after somebody named has lifted it."""

    CLOSED = "closed", _("Fermé")
    BLOCKED = "blocked", _("Neutralisé")


class ClosureReason(models.TextChoices):
    """Why nobody may lie there."""

    WORKS = "works", _("travaux")
    STAFF = "staff", _("effectif")
    EQUIPMENT = "equipment", _("matériel")
    RADIATION = "radiation", _("radioprotection")
    INFECTION = "infection", _("hygiène")
    OTHER = "other", _("autre motif")


class Period(Func):
    """The time range from ``starts_at`` to ``ends_at``, open-ended when that is null."""

    function = "TSTZRANGE"
    arity = 2


@tracked()
class Closure(models.Model):
    """A bed that takes nobody from one moment to another, and why."""

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="closures", verbose_name=_("lit"))
    kind = models.CharField(_("nature"), max_length=10, choices=ClosureKind, default=ClosureKind.CLOSED)
    reason = models.CharField(_("motif"), max_length=20, choices=ClosureReason)
    starts_at = models.DateTimeField(_("depuis"))
    ends_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("fermeture")
        verbose_name_plural = _("fermetures")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ClosureKind.values), name="closure_kind_known"),
            models.CheckConstraint(condition=Q(reason__in=ClosureReason.values), name="closure_reason_known"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="closure_order"),
            ExclusionConstraint(
                name="closure_once",
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bed} {self.kind}"
