import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class InsertOnly(models.Model):
    """Rows that are written once: the database refuses to change or delete them."""

    class Meta:
        abstract = True
        triggers = [pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class AuditEntry(InsertOnly):
    """One act that was done: who, when, on what, with which parameters. Codes, never sentences."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    patient_id = models.BigIntegerField(null=True)
    params = models.JSONField(default=dict)

    class Meta(InsertOnly.Meta):
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_subject"),
            models.Index(
                fields=["patient_id", "-at"], name="audit_patient", condition=models.Q(patient_id__isnull=False)
            ),
        ]


class AccessKind(models.TextChoices):
    """What was done with what was read."""

    LIST = "list", _("liste")
    OPEN = "open", _("ouverture")
    PRINT = "print", _("impression")
    EXPORT = "export", _("export")


class AccessTrace(InsertOnly):
    """One reading of patient data: who, at what, why, with which filters, how many rows (SEC-4).

    ``exceptional_access_id`` is the exceptional access by which the record was opened, when no unit gave the right.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    page = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=AccessKind, default=AccessKind.LIST)
    patient_id = models.BigIntegerField(null=True)
    stay_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    exceptional_access_id = models.BigIntegerField(null=True)
    params = models.JSONField(default=dict)
    count = models.IntegerField(default=0)
    ip = models.GenericIPAddressField(null=True)

    class Meta(InsertOnly.Meta):
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=AccessKind.values), name="access_kind_known")]
        indexes = [
            models.Index(
                fields=["patient_id", "-at"], name="trace_patient", condition=models.Q(patient_id__isnull=False)
            ),
            models.Index(fields=["by", "-at"], name="trace_by"),
            models.Index(fields=["-at"], name="trace_at"),
        ]
