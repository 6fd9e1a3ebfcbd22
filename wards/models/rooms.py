from django.db import models
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.units import Unit
from wards.models.validity import Validity


@tracked()
class Room(Validity):
    """A room of a unit; single when it holds one bed. ``shielded`` rooms take radioactive sources."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rooms", verbose_name=_("unité"))
    label = models.CharField(_("numéro"), max_length=20)
    shielded = models.BooleanField(_("plombée"), default=False)

    class Meta(Validity.Meta):
        verbose_name = _("chambre")
        verbose_name_plural = _("chambres")
        ordering = ["unit", "label"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(fields=["unit", "label"], name="room_label"),
        ]

    def __str__(self) -> str:
        return self.label
