from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.rooms import Room
from wards.models.validity import Validity


class BedKind(models.TextChoices):
    """What a patient lies or sits on."""

    BED = "bed", _("Lit")
    CHAIR = "chair", _("Fauteuil")
    PLACE = "place", _("Place")


@tracked()
class Bed(Validity):
    """One bed, chair or place: holds one patient at a time.

    ``stands_for`` is the bed that another system means by this one's name; this one is then out of service.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="beds", verbose_name=_("chambre"))
    label = models.CharField(_("repère"), max_length=20)
    kind = models.CharField(_("type"), max_length=10, choices=BedKind, default=BedKind.BED)
    to_be_referenced = models.BooleanField(_("à référencer"), default=False)
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="other_names", verbose_name=_("autre nom de")
    )

    class Meta(Validity.Meta):
        verbose_name = _("lit")
        verbose_name_plural = _("lits")
        ordering = ["room", "label"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(fields=["room", "label"], name="bed_label"),
            models.CheckConstraint(condition=Q(kind__in=BedKind.values), name="bed_kind_known"),
            models.CheckConstraint(
                condition=Q(stands_for=None) | Q(valid_until__isnull=False) & ~Q(stands_for=F("id")),
                name="bed_other_name_out_of_service",
            ),
        ]

    def __str__(self) -> str:
        return self.short_label

    @property
    def short_label(self) -> str:
        """Room and bed as people say them: « 201 F »."""
        return short_label(self.room.label, self.label)

    @property
    def code(self) -> str:
        """UNIT-ROOM-BED, unique in the hospital."""
        return f"{self.room.unit.code}-{self.room.label}-{self.label}"


def short_label(room: str, bed: str) -> str:
    """Room and bed as people say them; once only where they are the same."""
    return room if room == bed else f"{room} {bed}".strip()
