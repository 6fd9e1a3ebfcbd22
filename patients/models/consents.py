from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from amh.core.models.audits import InsertOnly
from patients.models.patients import Patient
from patients.models.stays import Stay


class ConsentSubject(models.TextChoices):
    """What the patient was asked, or told (SMS-1, MS-4, LL-7, DR-7)."""

    SMS = "sms", _("rappels par SMS")
    RECORD_FEEDING = "record_feeding", _("alimentation de Mon espace santé")
    RECORD_READING = "record_reading", _("consultation de Mon espace santé")
    LETTER_TO_GP = "letter_to_gp", _("envoi de la lettre au médecin traitant")
    SHARING = "sharing", _("partage hors de l’équipe de soins")
    TRUSTED_PERSON = "trusted_person", _("personne de confiance proposée")
    ADVANCE_DIRECTIVES = "advance_directives", _("directives anticipées évoquées")


class ConsentAnswer(models.TextChoices):
    """What the patient answered. Asked and unwilling to talk about it is an answer (WR-20)."""

    YES = "yes", _("oui")
    NO = "no", _("non")
    INFORMED = "informed", _("informé, sans opposition")
    OPPOSED = "opposed", _("opposition")
    UNWILLING = "unwilling", _("ne souhaite pas en parler")
    UNABLE = "unable", _("hors d’état de répondre")


class Source(models.TextChoices):
    """How a thing came to be known (WR-1): from another system, seen by somebody named, or said."""

    RECEIVED = "received", _("reçu")
    SEEN = "seen", _("vu")
    SAID = "said", _("dit")


class Consent(InsertOnly):
    """One answer of the patient, dated: the newest on a subject holds, and none was ever given before the first."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents", verbose_name=_("patient"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="consents", verbose_name=_("séjour")
    )
    subject = models.CharField(_("objet"), max_length=20, choices=ConsentSubject)
    answer = models.CharField(_("réponse"), max_length=20, choices=ConsentAnswer)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.SAID)
    given_at = models.DateTimeField(_("donné le"))
    note = models.CharField(_("remarque"), max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnly.Meta):
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        constraints = [
            models.CheckConstraint(condition=Q(subject__in=ConsentSubject.values), name="consent_subject_known"),
            models.CheckConstraint(condition=Q(answer__in=ConsentAnswer.values), name="consent_answer_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="consent_source_known"),
        ]
        indexes = [models.Index(fields=["patient", "subject", "-given_at", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} : {self.get_answer_display()}"


class FlagKind(models.TextChoices):
    """What must be known of a person before acting (WR-25); isolation is a type of precaution, never a germ (WR-60)."""

    INTERPRETER = "interpreter", _("interprète nécessaire")
    PROTECTED_ADULT = "protected_adult", _("majeur protégé")
    MINOR = "minor", _("mineur")
    PRISONER = "prisoner", _("personne détenue")
    REDUCED_MOBILITY = "reduced_mobility", _("mobilité réduite")
    BARIATRIC = "bariatric", _("matériel bariatrique")
    CLINICAL_TRIAL = "clinical_trial", _("recherche clinique")
    CONTACT_PRECAUTIONS = "contact_precautions", _("précautions contact")
    DROPLET_PRECAUTIONS = "droplet_precautions", _("précautions gouttelettes")
    AIRBORNE_PRECAUTIONS = "airborne_precautions", _("précautions air")
    PROTECTIVE_ISOLATION = "protective_isolation", _("isolement protecteur")


ISOLATIONS = frozenset(
    {
        FlagKind.CONTACT_PRECAUTIONS,
        FlagKind.DROPLET_PRECAUTIONS,
        FlagKind.AIRBORNE_PRECAUTIONS,
        FlagKind.PROTECTIVE_ISOLATION,
    }
)


@tracked()
class Flag(models.Model):
    """Signalement: something to be known of the person, and what follows from it: ``detail`` (a language, who must
    sign), ``to_tell`` (whom to warn). It holds from ``starts_at`` until it is lifted.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="flags", verbose_name=_("patient"))
    kind = models.CharField(_("nature"), max_length=30, choices=FlagKind)
    detail = models.CharField(_("précision"), max_length=200, blank=True)
    to_tell = models.CharField(_("qui prévenir"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("depuis"))
    ends_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="flag_order"),
            models.UniqueConstraint(fields=["patient", "kind"], condition=Q(ends_at=None), name="flag_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
