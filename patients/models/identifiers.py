from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.patients import Patient


class IdentifierType(models.TextChoices):
    """What an identifier is (ID-12)."""

    IPP = "IPP", _("IPP")
    INS = "INS", _("INS")
    OTHER = "OTHER", _("autre identifiant")


@tracked(exclude=["value"])
class PatientIdentifier(models.Model):
    """A number by which one system knows a patient: meaningless without its domain.

    After a merge, ``origin`` is the record that bore the number before.

    Values are kept out of the row history, so that an INS to be forgotten (ID-11) stands in one place only.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers", verbose_name=_("patient"))
    type = models.CharField(_("type"), max_length=10, choices=IdentifierType)
    domain = models.CharField(_("domaine"), max_length=120, blank=True)
    value = models.CharField(_("valeur"), max_length=80)
    origin = models.ForeignKey(
        Patient, models.PROTECT, null=True, related_name="+", verbose_name=_("dossier d’origine avant fusion")
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("identifiant du patient")
        verbose_name_plural = _("identifiants du patient")
        constraints = [
            models.UniqueConstraint(
                fields=["type", "domain", "value"], condition=Q(valid_until=None), name="identifier_once"
            ),
            models.CheckConstraint(condition=Q(type__in=IdentifierType.values), name="identifier_type_known"),
        ]
        indexes = [models.Index(fields=["value"], name="identifier_value", condition=Q(valid_until=None))]

    def __str__(self) -> str:
        return self.type
