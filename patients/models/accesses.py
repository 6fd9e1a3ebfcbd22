from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.patients import Patient


class AccessReason(models.TextChoices):
    """Why somebody opens a record that no unit of theirs answers for (SEC-3)."""

    EMERGENCY = "emergency", _("urgence")
    CONTINUITY = "continuity", _("continuité des soins (garde, relais imprévu)")
    ADVICE = "advice", _("avis demandé par l’équipe")
    TRANSFER = "transfer", _("transfert en cours d’organisation")
    CALL = "call", _("appel du patient ou d’un proche")
    COMPLAINT = "complaint", _("réclamation ou demande du patient")
    OTHER = "other", _("autre motif")


class ReviewOutcome(models.TextChoices):
    """What the person in charge of data protection found."""

    JUSTIFIED = "justified", _("justifié")
    UNJUSTIFIED = "unjustified", _("non justifié")


@tracked()
class ExceptionalAccess(models.Model):
    """Accès exceptionnel motivé: a person opens one patient's record for some hours, and says why.

    Traced, told to those in charge at once, and reviewed by them afterwards.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exceptional_accesses", verbose_name=_("qui")
    )
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="exceptional_accesses", verbose_name=_("patient"))
    reason = models.CharField(_("motif"), max_length=20, choices=AccessReason)
    explanation = models.CharField(_("explication"), max_length=300)
    starts_at = models.DateTimeField(_("depuis"))
    ends_at = models.DateTimeField(_("jusqu’à"))
    reviewed_at = models.DateTimeField(_("relu le"), null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("relu par")
    )
    outcome = models.CharField(_("conclusion"), max_length=20, choices=ReviewOutcome, blank=True, default="")
    review_note = models.CharField(_("remarque"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("accès exceptionnel")
        verbose_name_plural = _("accès exceptionnels")
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=AccessReason.values), name="exceptional_access_reason_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="exceptional_access_order"),
            models.CheckConstraint(condition=~Q(explanation=""), name="exceptional_access_explained"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, outcome="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, outcome__in=ReviewOutcome.values),
                name="exceptional_access_reviewed_whole",
            ),
            models.CheckConstraint(condition=~Q(reviewed_by=F("user")), name="exceptional_access_reviewed_by_another"),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="exceptional_access_user"),
            models.Index(fields=["-starts_at"], name="exceptional_access_to_review", condition=Q(reviewed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_reason_display()}"
