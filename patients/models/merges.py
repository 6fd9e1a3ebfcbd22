from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.movements import MovementSource
from patients.models.patients import Patient


@tracked()
class Merge(models.Model):
    """Two records were found to be of one person: ``merged`` goes on as ``survivor``, with all its rows.

    ``rows`` are the rows that moved, by model (``patients.stay``) and id: the undo brings back exactly those.
    ``effects`` are what else it changed, for the undo too: ``closed`` rows by model and id, identifiers that were given
    an ``origin``, and ``traits`` of the survivor with the value before and after.
    """

    survivor = models.ForeignKey(
        Patient, models.PROTECT, related_name="absorptions", verbose_name=_("dossier conservé")
    )
    merged = models.ForeignKey(Patient, models.PROTECT, related_name="merges", verbose_name=_("dossier fusionné"))
    source = models.CharField(_("source"), max_length=10, choices=MovementSource)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    rows = models.JSONField(default=dict)
    effects = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("fusion")
        verbose_name_plural = _("fusions")
        constraints = [
            models.CheckConstraint(condition=Q(source__in=MovementSource.values), name="merge_source_known"),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merge_of_two"),
            models.CheckConstraint(condition=Q(undone_at__isnull=False) | Q(undone_by=None), name="merge_undone_pair"),
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"
