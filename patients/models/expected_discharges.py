from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.models.audits import InsertOnly


class Certainty(models.TextChoices):
    """How sure an expected discharge is (WR-10)."""

    POSSIBLE = "possible", _("possible")
    PROBABLE = "probable", _("probable")
    CERTAIN = "certain", _("certaine")


class ExpectedDischarge(InsertOnly):
    """One value that the expected discharge had, who gave it and when: the newest one holds (FL-2)."""

    stay = models.ForeignKey("patients.Stay", models.PROTECT, related_name="expected_discharges")
    expected_at = models.DateTimeField(_("sortie prévue"), null=True)
    certainty = models.CharField(_("certitude"), max_length=10, choices=Certainty)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnly.Meta):
        verbose_name = _("date de sortie prévue")
        verbose_name_plural = _("dates de sortie prévues")
        constraints = [
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="expected_certainty_known")
        ]
        indexes = [models.Index(fields=["stay", "-id"], name="expected_newest")]

    def __str__(self) -> str:
        return f"{self.expected_at} {self.certainty}"
