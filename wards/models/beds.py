from django.db import models
from django.db.models import Q
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
    """One bed, chair or place: holds one patient at a time."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="beds", verbose_name=_("chambre"))
    label = models.CharField(_("repère"), max_length=20)
    kind = models.CharField(_("type"), max_length=10, choices=BedKind, default=BedKind.BED)
    to_be_referenced = models.BooleanField(_("à référencer"), default=False)

    class Meta(Validity.Meta):
        verbose_name = _("lit")
        verbose_name_plural = _("lits")
        ordering = ["room", "label"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(fields=["room", "label"], name="bed_label"),
            models.CheckConstraint(condition=Q(kind__in=BedKind.values), name="bed_kind_known"),
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
