from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amh.core.models.audits import InsertOnly
from wards.models.units import Unit


class Confirmation(InsertOnly):
    """A unit said that what the board shows of it is true, as each does in the morning (WR-4).

    ``doubts`` is how many things looked doubtful to the program at that moment and were let stand.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="confirmations", verbose_name=_("unité"))
    confirmed_at = models.DateTimeField(_("confirmé à"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmé par")
    )
    doubts = models.PositiveSmallIntegerField(_("doutes laissés"), default=0)

    class Meta(InsertOnly.Meta):
        verbose_name = _("confirmation du plan")
        verbose_name_plural = _("confirmations du plan")
        ordering = ["-confirmed_at"]
        indexes = [models.Index(fields=["unit", "-confirmed_at"], name="confirmation_last")]

    def __str__(self) -> str:
        return f"{self.unit} {self.confirmed_at:%d/%m %H:%M}"
