from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    HOSPITAL = "hospital", _("établissement de santé")
    PRACTICE = "practice", _("cabinet ou centre de santé")
    NURSING_HOME = "nursing_home", _("établissement médico-social")
    HOME_CARE = "home_care", _("HAD ou SSIAD")
    PHARMACY = "pharmacy", _("pharmacie")
    LABORATORY = "laboratory", _("laboratoire")
    PROVIDER = "provider", _("prestataire")
    OTHER = "other", _("autre")


@tracked()
class Organisation(models.Model):
    """A structure with which the hospital corresponds. FINESS: 9 signs; its key is not proven, so never refused."""

    name = models.CharField(_("nom"), max_length=160)
    kind = models.CharField(_("type"), max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER)
    finess = models.CharField(_("FINESS"), max_length=9, blank=True)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    is_active = models.BooleanField(_("en activité"), default=True)

    class Meta:
        verbose_name = _("structure")
        verbose_name_plural = _("structures")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.UniqueConstraint(fields=["finess"], condition=~Q(finess=""), name="organisation_finess"),
            models.CheckConstraint(
                condition=Q(finess="") | Q(finess__regex=r"^[0-9A-Z]{9}$"), name="organisation_finess_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Profession(models.TextChoices):
    """What a health professional is."""

    PHYSICIAN = "physician", _("médecin")
    DENTIST = "dentist", _("chirurgien-dentiste")
    MIDWIFE = "midwife", _("sage-femme")
    PHARMACIST = "pharmacist", _("pharmacien")
    NURSE = "nurse", _("infirmier")
    PHYSIOTHERAPIST = "physiotherapist", _("masseur-kinésithérapeute")
    OTHER = "other", _("autre profession")


DOCTORS = frozenset({Profession.PHYSICIAN, Profession.DENTIST})
"""Who is addressed as doctor."""


@tracked()
class Practitioner(models.Model):
    """A health professional, apart from any account. RPPS: 11 digits; its key is not proven, so never refused."""

    rpps = models.CharField(_("RPPS"), max_length=11, blank=True)
    family_name = models.CharField(_("nom"), max_length=120)
    given_name = models.CharField(_("prénom"), max_length=120, blank=True)
    profession = models.CharField(_("profession"), max_length=20, choices=Profession, default=Profession.PHYSICIAN)
    specialty = models.CharField(_("spécialité"), max_length=80, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="practitioners", verbose_name=_("structure")
    )
    is_active = models.BooleanField(_("en activité"), default=True)

    class Meta:
        verbose_name = _("professionnel de santé")
        verbose_name_plural = _("professionnels de santé")
        constraints = [
            models.UniqueConstraint(fields=["rpps"], condition=~Q(rpps=""), name="practitioner_rpps"),
            models.UniqueConstraint(
                fields=["family_name", "given_name"], condition=Q(rpps=""), name="practitioner_without_rpps"
            ),
            models.CheckConstraint(condition=Q(rpps="") | Q(rpps__regex=r"^\d{11}$"), name="practitioner_rpps_shape"),
            models.CheckConstraint(condition=Q(profession__in=Profession.values), name="practitioner_profession_known"),
        ]

    def __str__(self) -> str:
        title = "Dr" if self.profession in DOCTORS else ""
        return " ".join(filter(None, [title, self.family_name.upper(), self.given_name]))


class AddressKind(models.TextChoices):
    """By what way a correspondent is reached."""

    SECURE_MAIL = "secure_mail", _("messagerie sécurisée (MSSanté)")
    EMAIL = "email", _("courriel ordinaire")
    PHONE = "phone", _("téléphone")
    FAX = "fax", _("télécopie")
    POST = "post", _("courrier")


@tracked()
class Address(models.Model):
    """One way to reach a practitioner or an organisation, and when somebody last made sure that it is right."""

    practitioner = models.ForeignKey(
        Practitioner, models.CASCADE, null=True, blank=True, related_name="addresses", verbose_name=_("professionnel")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="addresses", verbose_name=_("structure")
    )
    kind = models.CharField(_("nature"), max_length=20, choices=AddressKind)
    value = models.CharField(_("adresse"), max_length=300)
    verified_at = models.DateTimeField(_("vérifiée le"), null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("adresse professionnelle")
        verbose_name_plural = _("adresses professionnelles")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="address_kind_known"),
            models.CheckConstraint(
                condition=Q(practitioner__isnull=False, organisation=None)
                | Q(practitioner=None, organisation__isnull=False),
                name="address_of_one",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=False) | Q(verified_by=None), name="address_verified_pair"
            ),
        ]

    def __str__(self) -> str:
        return self.value
