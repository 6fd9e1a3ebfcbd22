import re

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""A date as FHIR writes one that may lack its day or month: 1958, 1958-03, 1958-03-12."""


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


class Folded(Func):
    """Text without accents or capitals, ligatures opened: the one form in which names are compared."""

    function = "amh_folded"
    output_field = models.TextField()


@tracked(exclude=["identity_status", "search_key"])
class Patient(models.Model):
    """A person cared for here: the strict traits of identity (ID-2) and how far they can be trusted.

    ``identity_status`` is computed by the database from ``ins_retrieved`` and ``identity_checked``: nobody types it.
    ``protected`` people are masked for everyone on every list (SEC-8).
    """

    birth_name = models.CharField(_("nom de naissance"), max_length=120)
    first_names = models.CharField(_("prénoms de naissance"), max_length=120, blank=True)
    used_name = models.CharField(_("nom utilisé"), max_length=120, blank=True)
    used_first_name = models.CharField(_("prénom utilisé"), max_length=120, blank=True)
    birth_date = models.CharField(_("date de naissance"), max_length=10, blank=True)
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
    homonym = models.BooleanField(_("homonyme signalé"), default=False)
    doubtful = models.BooleanField(_("identité douteuse"), default=False)
    fictive = models.BooleanField(_("identité fictive"), default=False)
    protected = models.BooleanField(_("identité protégée"), default=False)
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
