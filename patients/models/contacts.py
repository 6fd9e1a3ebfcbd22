from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.patients import Patient
from patients.models.practitioners import Organisation, Practitioner
from patients.models.stays import Stay


class ContactRole(models.TextChoices):
    """What a person is for the patient (the letters of NK1-7)."""

    TRUSTED = "K", _("personne de confiance")
    EMERGENCY = "C", _("personne à prévenir")
    KIN = "N", _("proche")
    REPRESENTATIVE = "R", _("représentant légal")
    NOT_TO_INFORM = "P", _("personne à ne pas prévenir")


@tracked()
class Contact(models.Model):
    """Somebody around the patient. A trusted person is named for one stay (DR-7); others as long as they stand.

    A person *not* to inform is shown in red wherever contacts are (SEC-8).
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="contacts", verbose_name=_("patient"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("séjour")
    )
    role = models.CharField(_("qualité"), max_length=1, choices=ContactRole)
    name = models.CharField(_("nom et prénom"), max_length=160)
    relationship = models.CharField(_("lien"), max_length=60, blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    other_phone = models.CharField(_("autre téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    note = models.CharField(_("remarque"), max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="contact_role_known"),
            models.CheckConstraint(
                condition=~Q(role=ContactRole.TRUSTED) | Q(stay__isnull=False), name="contact_trusted_for_a_stay"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by=None), name="contact_withdrawn_pair"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CorrespondentRole(models.TextChoices):
    """What a professional is for the patient (the codes of ROL-3, DR-8)."""

    GP = "ODRP", _("médecin traitant")
    REFERRER = "RP", _("médecin adresseur")
    CORRESPONDENT = "RT", _("médecin correspondant")
    SUBSTITUTE = "SUBS", _("remplaçant")
    NURSE = "NURSE", _("infirmier libéral")
    PHARMACY = "PHARMACY", _("pharmacie")
    PROVIDER = "PROVIDER", _("prestataire")


@tracked()
class Correspondent(models.Model):
    """A professional or a structure who follows the patient outside. « None declared » is a valid general
    practitioner: a row with neither.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="correspondents", verbose_name=_("patient"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="correspondents", verbose_name=_("séjour")
    )
    role = models.CharField(_("qualité"), max_length=10, choices=CorrespondentRole)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("professionnel")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("structure")
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("correspondant")
        verbose_name_plural = _("correspondants")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=CorrespondentRole.values), name="correspondent_role_known"),
            models.CheckConstraint(
                condition=Q(role=CorrespondentRole.GP) | Q(practitioner__isnull=False) | Q(organisation__isnull=False),
                name="correspondent_is_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by=None), name="correspondent_withdrawn_pair"
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(role=CorrespondentRole.GP, withdrawn_at=None, stay=None),
                name="correspondent_one_gp",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.practitioner or self.organisation or ''}".strip()
