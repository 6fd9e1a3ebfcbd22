from django.conf import settings
from django.db import models

from amh.core.models.audits import InsertOnly


class ParameterValue(InsertOnly):
    """One value that a parameter of the site (or of one unit) had, who gave it and from when: the newest one holds."""

    key = models.CharField(max_length=60)
    unit_id = models.BigIntegerField(null=True)
    value = models.JSONField(null=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnly.Meta):
        indexes = [models.Index(fields=["key", "unit_id", "-entered_at", "-id"], name="parameter_newest")]

    def __str__(self) -> str:
        return self.key
