from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.beds import Bed


@tracked()
class Cleaning(models.Model):
    """A bed was cleaned. Whether it *needs* cleaning is computed: somebody left it after the last of these."""

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="cleanings", verbose_name=_("lit"))
    done_at = models.DateTimeField(_("fait à"))
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("bionettoyage")
        verbose_name_plural = _("bionettoyages")
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False) | Q(cancelled_by=None), name="cleaning_cancelled_pair"
            ),
        ]
        indexes = [models.Index(fields=["bed", "-done_at"], name="cleaning_last", condition=Q(cancelled_at=None))]

    def __str__(self) -> str:
        return f"{self.bed} {self.done_at:%d/%m %H:%M}"
