import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.consents import Source
from patients.models.patients import Patient
from patients.models.stays import Stay


class DocumentKind(models.TextChoices):
    """What a document is; the names of files say nothing more (WR-60)."""

    REFERRAL = "referral", _("lettre d’adressage")
    LETTER = "letter", _("lettre de liaison")
    REPORT = "report", _("compte-rendu")
    PRESCRIPTION = "prescription", _("ordonnance")
    TRANSPORT_ORDER = "transport_order", _("prescription de transport")
    APPOINTMENT = "appointment", _("convocation ou rendez-vous")
    CONSENT = "consent", _("consentement signé")
    COVERAGE = "coverage", _("droits et mutuelle")
    DIRECTIVES = "directives", _("directives anticipées")
    OTHER = "other", _("autre document")


class ScanOutcome(models.TextChoices):
    """What the virus scanner said of a file."""

    CLEAN = "clean", _("vérifié")
    NOT_SCANNED = "not_scanned", _("antivirus absent")


def new_series() -> uuid.UUID:
    """The name that all versions of one document share."""
    return uuid.uuid4()


@tracked()
class Document(models.Model):
    """One version of one document: its bytes lie in the storage under ``storage_key`` and never change.

    ``series`` joins the versions, the highest ``version`` holds. ``withheld`` keeps it from the patient until what it
    says has been announced to them (WR-26).
    """

    series = models.UUIDField(default=new_series, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="documents", verbose_name=_("patient"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("séjour")
    )
    kind = models.CharField(_("nature"), max_length=20, choices=DocumentKind)
    title = models.CharField(_("titre"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.RECEIVED)
    storage_key = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("taille en octets"))
    pages = models.PositiveSmallIntegerField(_("pages"))
    scan = models.CharField(max_length=20, choices=ScanOutcome)
    withheld = models.BooleanField(_("à ne pas remettre avant l’annonce"), default=False)
    entered_at = models.DateTimeField(_("déposé le"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(_("motif du retrait"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="document_source_known"),
            models.CheckConstraint(condition=Q(scan__in=ScanOutcome.values), name="document_scan_known"),
            models.UniqueConstraint(fields=["series", "version"], name="document_version_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_digest_shape"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by=None, withdrawn_reason=""),
                name="document_withdrawn_pair",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-entered_at"], name="document_of_patient")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"
