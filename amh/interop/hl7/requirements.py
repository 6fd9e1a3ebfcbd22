"""What the French profile wants where a sender does otherwise, and so what to ask of its editor: a line for each code.

The rules are those of IHE PAM, French extension 2.11, and of HL7 v2.5 where that says nothing of its own.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.interop.hl7.deviations import Code

HL7, PAM = "HL7 v2.5", "IHE PAM France 2.11"


class Requirement(NamedTuple):
    """Where it is written, and what the editor is asked to do."""

    source: str
    ask: Promise


REQUIREMENTS: dict[str, Requirement] = {
    Code.CHARSET_MISMATCH: Requirement(PAM, _("Écrire le message dans le jeu de caractères annoncé en MSH-18.")),
    Code.CHARSET_UNKNOWN: Requirement(PAM, _("Annoncer en MSH-18 « 8859/15 » ou « UNICODE UTF-8 ».")),
    Code.CHARSET_UNANNOUNCED: Requirement(PAM, _("Annoncer en MSH-18 le jeu de caractères du message.")),
    Code.CHARSET_NOT_FRENCH: Requirement(PAM, _("Annoncer en MSH-18 « 8859/15 » ou « UNICODE UTF-8 ».")),
    Code.CONTROL_CHARACTERS: Requirement(HL7, _("Retirer les caractères de contrôle des valeurs.")),
    Code.SEPARATORS: Requirement(HL7, _("Annoncer en MSH-2 les quatre séparateurs, chacun une fois : ^~\\&.")),
    Code.TYPE_MISSING: Requirement(HL7, _("Écrire le type et l’événement en MSH-9.")),
    Code.CONTROL_ID_MISSING: Requirement(HL7, _("Donner à chaque message un identifiant unique en MSH-10.")),
    Code.SENDER_MISSING: Requirement(HL7, _("Nommer l’application émettrice en MSH-3.")),
    Code.VERSION: Requirement(HL7, _("Écrire la version HL7 en MSH-12.")),
    Code.VERSION_NOT_FRENCH: Requirement(PAM, _("Écrire exactement « 2.5^FRA^2.11 » en MSH-12.")),
    Code.PROFILE_UNNAMED: Requirement(PAM, _("Annoncer le profil en MSH-21 : « 2.11^IHE_FRANCE-2.11-PAM ».")),
    Code.EVENT_MISMATCH: Requirement(HL7, _("Écrire le même événement en EVN-1 et en MSH-9, ou laisser EVN-1 vide.")),
    Code.EVENT_NOT_FRENCH: Requirement(
        PAM, _("Remplacer cet événement par celui du profil : A31 ou Z99 au lieu de A08, A40 au lieu de A18 et A34.")
    ),
    Code.FORBIDDEN_FIELD: Requirement(PAM, _("Ne plus remplir ce champ, interdit ou sans usage en France.")),
    Code.TIMESTAMP: Requirement(HL7, _("Écrire la date et l’heure sous la forme AAAAMMJJHHMMSS, avec le fuseau.")),
    Code.PATIENT_MISSING: Requirement(HL7, _("Joindre le segment PID.")),
    Code.PATIENT_REPEATED: Requirement(HL7, _("Envoyer un seul patient par message.")),
    Code.IDENTIFIER_MISSING: Requirement(PAM, _("Écrire l’IPP en PID-3, avec son autorité et le type PI.")),
    Code.IDENTIFIER_ELSEWHERE: Requirement(PAM, _("Écrire l’IPP en PID-3 ; PID-2 et PID-4 ne servent plus.")),
    Code.IDENTIFIER_UNTYPED: Requirement(PAM, _("Donner le type de l’identifiant en PID-3.5 : PI pour l’IPP.")),
    Code.IDENTIFIER_TYPE: Requirement(PAM, _("Donner en PID-3.5 le type de chaque identifiant.")),
    Code.IDENTIFIER_DOMAIN: Requirement(PAM, _("Donner en PID-3.4 l’autorité d’affectation de chaque identifiant.")),
    Code.INS_NOT_VALIDATED: Requirement(PAM, _("N’envoyer l’INS que d’une identité qualifiée : VALI en PID-32.")),
    Code.INS_DOMAIN: Requirement(
        PAM, _("Donner l’OID de l’INS comme autorité : 1.2.250.1.213.1.4.8 (NIR) ou .9 (NIA).")
    ),
    Code.INS_KEY: Requirement(PAM, _("Envoyer le matricule INS entier : treize caractères et sa clé.")),
    Code.IDENTITY_CONTRADICTION: Requirement(
        PAM, _("Ne pas dire une identité à la fois validée et douteuse ou fictive.")
    ),
    Code.RELIABILITY_MISSING: Requirement(PAM, _("Donner le statut de l’identité en PID-32 : PROV ou VALI.")),
    Code.NAME_TYPE: Requirement(PAM, _("Donner en PID-5.7 le type de chaque nom : L (naissance), D (utilisé) ou S.")),
    Code.BIRTH_NAME_MISSING: Requirement(PAM, _("Écrire le nom de naissance en PID-5, avec le type L.")),
    Code.BIRTH_DATE: Requirement(PAM, _("Écrire la date de naissance en PID-7 sous la forme AAAAMMJJ.")),
    Code.CODE_UNKNOWN: Requirement(PAM, _("Écrire dans ce champ un code de sa table.")),
    Code.SEX: Requirement(PAM, _("Écrire le sexe en PID-8 : F, M ou U.")),
    Code.PRIOR_MISSING: Requirement(PAM, _("Joindre le segment MRG, l’identifiant précédent en MRG-1.")),
    Code.VISIT_MISSING: Requirement(PAM, _("Joindre le segment PV1.")),
    Code.VISIT_NUMBER_MISSING: Requirement(PAM, _("Écrire le numéro de venue en PV1-19.")),
    Code.VISIT_NUMBER_IS_PERSON: Requirement(
        PAM, _("Écrire en PV1-19 le numéro de venue, et le professionnel en PV1-7.")
    ),
    Code.PATIENT_CLASS: Requirement(PAM, _("Écrire la classe du patient en PV1-2 : E, I, N, O ou R.")),
    Code.BED_STATUS: Requirement(PAM, _("Laisser PV1-3.5 vide, ou y écrire O (occupé) ou U (inoccupé).")),
    Code.LOCATION_MISSING: Requirement(PAM, _("Écrire l’UF d’hébergement en PV1-3.1 ; à l’annulation, la précédente.")),
    Code.UF_FROM_MOVEMENT: Requirement(PAM, _("Écrire l’UF d’hébergement en PV1-3.1, et non seulement celles de ZBE.")),
    Code.MOVEMENT_MISSING: Requirement(PAM, _("Joindre le segment ZBE à chaque mouvement.")),
    Code.MOVEMENT_ID_MISSING: Requirement(PAM, _("Donner à chaque mouvement un identifiant stable en ZBE-1.")),
    Code.MOVEMENT_DOMAIN: Requirement(PAM, _("Donner en ZBE-1 l’autorité d’affectation de l’identifiant.")),
    Code.MOVEMENT_SHIFTED: Requirement(PAM, _("Remettre chaque champ de ZBE à sa place : l’action en ZBE-4.")),
    Code.ACTION_DERIVED: Requirement(PAM, _("Écrire l’action en ZBE-4 : INSERT, UPDATE ou CANCEL.")),
    Code.ACTION_CONTRADICTION: Requirement(PAM, _("Écrire en ZBE-4 l’action qui va avec l’événement.")),
    Code.HISTORIC_MISSING: Requirement(PAM, _("Dire en ZBE-5 si le mouvement est historique : Y ou N.")),
    Code.ORIGINAL_EVENT_MISSING: Requirement(PAM, _("Rappeler en ZBE-6 l’événement d’origine (UPDATE, CANCEL).")),
    Code.ORIGINAL_EVENT_UNKNOWN: Requirement(PAM, _("Rappeler en ZBE-6 un événement d’insertion du profil.")),
    Code.UPDATE_EVENT: Requirement(PAM, _("Envoyer une mise à jour de mouvement par Z99.")),
    Code.UPDATE_ACTION: Requirement(PAM, _("N’envoyer Z99 qu’avec UPDATE en ZBE-4.")),
    Code.UF_CODE: Requirement(PAM, _("Écrire le code de l’UF dans le composant 10.")),
    Code.NATURE_MISSING: Requirement(PAM, _("Dire en ZBE-9 ce qui change : S, H, M, L, D, SM, SH, MH, LD, HMS ou C.")),
    Code.NATURE_UNKNOWN: Requirement(PAM, _("Écrire en ZBE-9 S, H, M, L, D, SM, SH, MH, LD, HMS ou C.")),
    Code.EFFECTIVE_TIME_DERIVED: Requirement(PAM, _("Écrire la date et l’heure du mouvement en ZBE-2.")),
    Code.EFFECTIVE_TIME_DAY: Requirement(PAM, _("Écrire aussi l’heure du mouvement en ZBE-2.")),
    Code.EFFECTIVE_TIME_MISSING: Requirement(PAM, _("Écrire la date et l’heure du mouvement en ZBE-2.")),
}
