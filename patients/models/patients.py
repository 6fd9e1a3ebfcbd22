import re

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""A date as FHIR writes one that may lack its day or month: 1958, 1958-03, 1958-03-12."""

LUNAR_DATE = r"^\d{4}-\d{2}-\d{2}$"
"""A date that no calendar knows, as some civil registers give it: months from 13 on, day or month 00 (ID-12)."""


class Sex(models.TextChoices):
    """Administrative sex, as the identity document says."""

    FEMALE = "F", _("F")
    MALE = "M", _("M")
    UNKNOWN = "U", _("indéterminé")


class IdentityStatus(models.TextChoices):
    """How far an identity can be trusted: the four exclusive statuses of the national reference (ID-1, RNIV)."""

    PROVISIONAL = "PROV", _("Identité provisoire")
    VALIDATED = "VALI", _("Identité validée")
    RETRIEVED = "RECUP", _("Identité récupérée")
    QUALIFIED = "QUAL", _("Identité qualifiée")


class IdentityDocument(models.TextChoices):
    """What proved an identity (ID-10; the codes of ZFD-7)."""

    IDENTITY_CARD = "CN", _("carte nationale d’identité")
    PASSPORT = "PA", _("passeport")
    RESIDENCE_PERMIT = "CS", _("carte de séjour")
    FAMILY_BOOK = "LE", _("livret de famille")
    BIRTH_CERTIFICATE = "AN", _("extrait d’acte de naissance")
    HEALTH_CARD_APP = "AV", _("application carte Vitale")
    ELECTRONIC = "IE", _("identification électronique")
    TRAVEL_DOCUMENT = "TC", _("titre de circulation")
    DRIVING_LICENCE = "DC", _("permis de conduire")
    CONSULAR_CARD = "AC", _("carte consulaire")


class HealthRecord(models.TextChoices):
    """Whether the person has a national health record, Mon espace santé (ZFA-1, MS-4)."""

    ACTIVE = "ACTIF", _("ouvert")
    CLOSED = "FERME", _("fermé")
    NONE = "INEXISTANT", _("inexistant")


class Protection(models.TextChoices):
    """Why a person or a stay is shown by name to nobody (SEC-8)."""

    PROTECTED_ACCESS = "protected_access", _("accès protégé")
    VIP = "vip", _("personnalité")
    PSEUDONYM = "pseudonym", _("pseudonyme")
    UNDISCLOSED = "undisclosed", _("présence non divulguée")


class Folded(Func):
    """Text without accents or capitals, ligatures opened: the one form in which names are compared."""

    function = "amh_folded"
    output_field = models.TextField()


@tracked(exclude=["identity_status", "search_key"])
class Patient(models.Model):
    """A person cared for here: the strict traits of identity (ID-2) and how far they can be trusted.

    ``identity_status`` is computed by the database from ``ins_retrieved`` and ``identity_checked``: nobody types it.
    ``protected`` people are masked for everyone on every list (SEC-8). ``merged_into`` is the record that goes on for
    the same person: this one is then kept as it was, for its history and for the undo.
    """

    birth_name = models.CharField(_("nom de naissance"), max_length=120)
    first_names = models.CharField(_("prénoms de naissance"), max_length=120, blank=True)
    used_name = models.CharField(_("nom utilisé"), max_length=120, blank=True)
    used_first_name = models.CharField(_("prénom utilisé"), max_length=120, blank=True)
    birth_date = models.CharField(_("date de naissance"), max_length=10, blank=True)
    lunar_birth_date = models.CharField(_("date de naissance lunaire"), max_length=10, blank=True)
    birth_place = models.CharField(_("lieu de naissance (INSEE)"), max_length=5, blank=True)
    sex = models.CharField(_("sexe"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    ins_retrieved = models.BooleanField(_("INS récupérée"), default=False)
    identity_checked = models.BooleanField(_("pièce d’identité contrôlée"), default=False)
    identity_status = models.GeneratedField(
        expression=Case(
            When(ins_retrieved=True, identity_checked=True, then=Value(IdentityStatus.QUALIFIED.value)),
            When(ins_retrieved=True, then=Value(IdentityStatus.RETRIEVED.value)),
            When(identity_checked=True, then=Value(IdentityStatus.VALIDATED.value)),
            default=Value(IdentityStatus.PROVISIONAL.value),
        ),
        output_field=models.CharField(max_length=5, choices=IdentityStatus),
        db_persist=True,
    )
    identity_document = models.CharField(
        _("pièce contrôlée"), max_length=2, choices=IdentityDocument, blank=True, default=""
    )
    homonym = models.BooleanField(_("homonyme signalé"), default=False)
    doubtful = models.BooleanField(_("identité douteuse"), default=False)
    fictive = models.BooleanField(_("identité fictive"), default=False)
    possible_duplicate = models.BooleanField(_("doublon possible"), default=False)
    collision = models.BooleanField(_("collision signalée"), default=False)
    protected = models.BooleanField(_("identité protégée"), default=False)
    protection = models.CharField(_("motif de protection"), max_length=20, choices=Protection, blank=True, default="")
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    mobile = models.CharField(_("portable"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    health_record = models.CharField(_("Mon espace santé"), max_length=10, choices=HealthRecord, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("fusionné dans")
    )
    deceased_at = models.DateTimeField(_("décédé le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    search_key = models.GeneratedField(
        expression=Folded(
            Concat(
                F("birth_name"),
                Value(" "),
                F("used_name"),
                Value(" "),
                F("first_names"),
                Value(" "),
                F("used_first_name"),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date="") | Q(birth_date__regex=PARTIAL_DATE), name="patient_birth_date_shape"
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="patient_sex_known"),
            models.CheckConstraint(
                condition=Q(doubtful=False, fictive=False) | Q(ins_retrieved=False), name="patient_doubt_without_ins"
            ),
            models.CheckConstraint(
                condition=Q(lunar_birth_date="") | Q(lunar_birth_date__regex=LUNAR_DATE), name="patient_lunar_shape"
            ),
            models.CheckConstraint(
                condition=Q(identity_document="") | Q(identity_document__in=IdentityDocument.values),
                name="patient_identity_document_known",
            ),
            models.CheckConstraint(
                condition=Q(protection="") | Q(protection__in=Protection.values, protected=True),
                name="patient_protection_known",
            ),
            models.CheckConstraint(
                condition=Q(health_record__in=["", *HealthRecord.values]), name="patient_health_record_known"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="patient_not_merged_into_itself"),
        ]
        indexes = [
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="patient_search"),
            models.Index(fields=["birth_date"], name="patient_birth_date"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """NOM Prénom, the used ones when there are any, never shortened (ID-9)."""
        return display_name(self.birth_name, self.used_name, self.first_names, self.used_first_name)


def display_name(birth_name: str, used_name: str, first_names: str, used_first_name: str) -> str:
    """NOM Prénom from the four name fields: the used ones win; of several first names the first is shown."""
    first = used_first_name or re.split(r"[ ,]", first_names, maxsplit=1)[0]
    return f"{(used_name or birth_name).upper()} {first}".strip()
