from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.stays import Stay
from wards.models import Bed
from wards.models.closures import Period


@tracked()
class Reservation(models.Model):
    """A bed kept for a stay. It runs out some hours after the *expected arrival*, not after its making (WR-12).

    ``released_by_movement`` is the movement that let it go; undoing that one gives it back.
    """

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="reservations", verbose_name=_("lit"))
    stay = models.ForeignKey(Stay, models.PROTECT, related_name="reservations", verbose_name=_("séjour"))
    expected_at = models.DateTimeField(_("arrivée prévue"))
    starts_at = models.DateTimeField(_("depuis"))
    ends_at = models.DateTimeField(_("jusqu’à"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by_movement = models.ForeignKey(
        "patients.Movement", models.PROTECT, null=True, related_name="released_reservations"
    )

    class Meta:
        verbose_name = _("réservation")
        verbose_name_plural = _("réservations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservation_order"),
            ExclusionConstraint(
                name="one_bed_one_reservation",
                expressions=[("bed", RangeOperators.EQUAL), (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS)],
                condition=Q(released_at=None),
            ),
        ]
        indexes = [models.Index(fields=["stay"], name="reservation_stay", condition=Q(released_at=None))]

    def __str__(self) -> str:
        return f"{self.bed} {self.expected_at:%d/%m %H:%M}"
