"""What a sender does otherwise than the profile says: read all the same, and reported."""

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Code(TextChoices):
    """Every oddity we know how to read through, with the words shown on the page of received messages."""

    CHARSET_MISMATCH = "charset-mismatch", _("Jeu de caractères différent de celui annoncé")
    CHARSET_UNKNOWN = "charset-unknown", _("Jeu de caractères annoncé inconnu")
    CHARSET_UNANNOUNCED = "charset-unannounced", _("Caractères accentués sans jeu de caractères annoncé")
    CONTROL_CHARACTERS = "control-characters", _("Caractères de contrôle dans le message")
    SEPARATORS = "separators", _("Séparateurs annoncés incomplets ou en double")
    TYPE_MISSING = "type-missing", _("Type de message absent, repris du segment EVN")
    CONTROL_ID_MISSING = "control-id-missing", _("Identifiant du message absent")
    SENDER_MISSING = "sender-missing", _("Émetteur absent")
    VERSION = "version", _("Version HL7 inattendue")
    EVENT_MISMATCH = "event-mismatch", _("L’événement du segment EVN contredit celui du message")
    EVENT_NOT_FRENCH = "event-not-french", _("Événement exclu du profil français")
    FORBIDDEN_FIELD = "forbidden-field", _("Champ interdit en France")
    TIMESTAMP = "timestamp", _("Date ou heure illisible")
    PATIENT_MISSING = "patient-missing", _("Segment PID absent")
    PATIENT_REPEATED = "patient-repeated", _("Plusieurs patients dans le même message")
    IDENTIFIER_MISSING = "identifier-missing", _("Identifiant du patient absent")
    IDENTIFIER_ELSEWHERE = "identifier-elsewhere", _("Identifiant du patient hors du champ prévu")
    IDENTIFIER_UNTYPED = "identifier-untyped", _("Identifiant sans type, pris pour l’IPP")
    INS_NOT_VALIDATED = "ins-not-validated", _("INS écarté : identité non validée")
    INS_DOMAIN = "ins-domain", _("INS écarté : domaine inconnu")
    INS_KEY = "ins-key", _("INS écarté : longueur ou clé fausse")
    IDENTITY_CONTRADICTION = "identity-contradiction", _("Identité dite validée et douteuse ou fictive à la fois")
    BIRTH_NAME_MISSING = "birth-name-missing", _("Nom de naissance absent")
    BIRTH_DATE = "birth-date", _("Date de naissance illisible ou impossible")
    SEX = "sex", _("Sexe hors nomenclature")
    CODE_UNKNOWN = "code-unknown", _("Code hors nomenclature")
    VISIT_MISSING = "visit-missing", _("Segment PV1 absent")
    VISIT_NUMBER_MISSING = "visit-number-missing", _("Numéro de venue absent")
    VISIT_NUMBER_IS_PERSON = "visit-number-is-person", _("Numéro de venue écarté : c’est celui d’un professionnel")
    LOCATION_MISSING = "location-missing", _("Aucune unité dans le message")
    UF_FROM_MOVEMENT = "uf-from-movement", _("UF d’hébergement absente, reprise de l’UF du mouvement")
    MOVEMENT_MISSING = "movement-missing", _("Segment ZBE absent")
    MOVEMENT_ID_MISSING = "movement-id-missing", _("Identifiant du mouvement absent")
    MOVEMENT_SHIFTED = "movement-shifted", _("Segment ZBE décalé d’un champ")
    ACTION_DERIVED = "action-derived", _("Action du mouvement absente, déduite de l’événement")
    ACTION_CONTRADICTION = "action-contradiction", _("L’action du mouvement contredit l’événement")
    ORIGINAL_EVENT_MISSING = "original-event-missing", _("Événement d’origine absent")
    EFFECTIVE_TIME_DERIVED = "effective-time-derived", _("Heure du mouvement absente, reprise d’un autre champ")
    EFFECTIVE_TIME_DAY = "effective-time-day", _("Date du mouvement sans heure")
    EFFECTIVE_TIME_MISSING = "effective-time-missing", _("Heure du mouvement inconnue")
    VERSION_NOT_FRENCH = "version-not-french", _("Version autre que celle du profil français")
    PROFILE_UNNAMED = "profile-unnamed", _("Profil français non annoncé")
    CHARSET_NOT_FRENCH = "charset-not-french", _("Jeu de caractères hors du profil")
    IDENTIFIER_DOMAIN = "identifier-domain", _("Identifiant du patient sans autorité d’affectation")
    IDENTIFIER_TYPE = "identifier-type", _("Identifiant du patient sans type, à côté d’autres")
    RELIABILITY_MISSING = "reliability-missing", _("Statut de l’identité absent")
    NAME_TYPE = "name-type", _("Nom sans type du profil")
    PRIOR_MISSING = "prior-missing", _("Identifiant précédent absent")
    PATIENT_CLASS = "patient-class", _("Classe du patient absente ou hors nomenclature")
    BED_STATUS = "bed-status", _("Statut du lit hors nomenclature")
    MOVEMENT_DOMAIN = "movement-domain", _("Identifiant du mouvement sans autorité d’affectation")
    HISTORIC_MISSING = "historic-missing", _("Indicateur de mouvement historique absent")
    ORIGINAL_EVENT_UNKNOWN = "original-event-unknown", _("Événement d’origine hors du profil")
    UPDATE_EVENT = "update-event", _("Mise à jour envoyée par un autre événement que Z99")
    UPDATE_ACTION = "update-action", _("Z99 avec une autre action que UPDATE")
    UF_CODE = "uf-code", _("UF sans code dans le composant prévu")
    NATURE_MISSING = "nature-missing", _("Nature du mouvement absente")
    NATURE_UNKNOWN = "nature-unknown", _("Nature du mouvement hors nomenclature")


class Deviation(NamedTuple):
    """One oddity: what, where (``ZBE-3``), and a detail that never holds anything about the patient."""

    code: Code
    where: str
    detail: str = ""

    @property
    def label(self) -> str:
        return str(self.code.label)


class Deviations(list[Deviation]):
    """The oddities gathered while one message is read, each once."""

    def note(self, code: Code, where: str, detail: str = "") -> None:
        """Add a deviation, once."""
        deviation = Deviation(code, where, detail)
        if deviation not in self:
            self.append(deviation)
