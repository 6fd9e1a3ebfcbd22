from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.patients import Patient
from patients.models.stays import Stay
from wards.models import Bed, Unit
from wards.models.closures import Period


class Forever(models.Func):
    """The end of what has no end yet."""

    template = "'infinity'::timestamptz"
    output_field = models.DateTimeField()
    arity = 0


@tracked()
class Placement(models.Model):
    """Where a patient was or is, from one moment to another. Written only by the projection of the movements.

    Two facts are refused by the database, whatever the path: one bed for two patients, one patient in two places
    (``exempt``: the chairs and places of a day unit, which a patient may hold beside a stay elsewhere). Without a bed
    the patient is in the unit; ``wanted_bed`` is then the bed that was said and that somebody else holds.
    ``to_confirm`` is a place that was said while another one contradicts it, « lit à confirmer »: it holds no bed.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="placements", verbose_name=_("séjour"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="placements", verbose_name=_("patient"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements", verbose_name=_("unité"))
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="placements", verbose_name=_("lit"))
    wanted_bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+", verbose_name=_("lit à confirmer"))
    exempt = models.BooleanField(default=False)
    to_confirm = models.BooleanField(_("à confirmer"), default=False)
    starts_at = models.DateTimeField(_("depuis"))
    ends_at = models.DateTimeField(_("jusqu’à"), null=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="placement_order"),
            models.CheckConstraint(condition=Q(bed=None) | Q(wanted_bed=None), name="placement_wanted_without_bed"),
            models.CheckConstraint(condition=Q(to_confirm=False) | Q(bed=None), name="placement_to_confirm_no_bed"),
            models.CheckConstraint(
                condition=Q(wanted_bed=None) | Q(to_confirm=True), name="placement_wanted_is_to_confirm"
            ),
            ExclusionConstraint(
                name="one_bed_one_patient",
                expressions=[("bed", RangeOperators.EQUAL), (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS)],
                condition=Q(bed__isnull=False),
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="one_patient_one_bed",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(exempt=False, to_confirm=False),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [
            models.Index(F("bed"), Coalesce("ends_at", Forever()), name="placement_bed_last"),
            models.Index(Coalesce("ends_at", Forever()), name="placement_end", condition=Q(bed__isnull=False)),
            models.Index(Coalesce("ends_at", Forever()), name="placement_no_bed", condition=Q(bed=None)),
            models.Index(fields=["unit"], name="placement_open", condition=Q(ends_at=None)),
            models.Index(fields=["wanted_bed"], name="placement_wanted", condition=Q(to_confirm=True)),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.bed or ''}".strip()
