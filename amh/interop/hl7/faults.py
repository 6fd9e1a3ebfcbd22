"""Why a message is not applied: the fault in a few words, where it stands in the message, and what to do about it.

The code is that of the refusal. A test finds every refusal that a message can meet, and asks for its line here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import StayState

Words = str | Promise


@dataclass(frozen=True)
class Fault:
    """``place`` is a segment or a field (``ZBE-1``), empty where no place of the message is at fault."""

    label: Words
    advice: Words
    place: str = ""


ASK_SENDER = _("Demander à l’émetteur de corriger, puis d’envoyer de nouveau ; ignorer celui-ci.")
EARLIER_FIRST = _("Un message d’avant manque ou attend encore : le rejouer d’abord, ou le demander à l’émetteur.")
IDENTITY_OFFICE = _("Faire vérifier l’identité par le bureau des entrées, puis rejouer.")
SEE_STAY = _("Regarder le séjour : si tout y est déjà, ignorer ce message ; sinon corriger, puis rejouer.")
RETRY = _("Rejouer : la cause est passée.")
REPORT = _("Prévenir l’éditeur d’AMH, avec le numéro de ce message.")
NOTHING = _("Rien à faire.")

FAULTS: dict[str, Fault] = {
    "empty": Fault(_("Message vide"), ASK_SENDER),
    "no_header": Fault(_("Pas un message HL7 v2"), ASK_SENDER, "MSH"),
    "type_unreadable": Fault(_("Type de message absent ou illisible"), ASK_SENDER, "MSH-9"),
    "processing_id": Fault(
        _("Mode de traitement non autorisé"),
        _("Message de test ou de formation ? L’ignorer, et demander à l’émetteur de ne plus en envoyer ici."),
        "MSH-11",
    ),
    "unused_event": Fault(_("Événement non utilisé ici"), NOTHING, "MSH-9"),
    "outpatient": Fault(_("Patient externe"), NOTHING, "PV1-2"),
    "value_refused": Fault(_("Valeur trop longue ou impossible"), ASK_SENDER),
    "program_error": Fault(_("Erreur du programme"), REPORT),
    "action_of_event": Fault(_("Action impossible pour cet événement"), ASK_SENDER, "ZBE-4"),
    "no_identifier": Fault(_("Aucun identifiant de patient"), ASK_SENDER, "PID-3"),
    "unknown_movement": Fault(_("Mouvement à corriger inconnu"), EARLIER_FIRST, "ZBE-1"),
    "nothing_to_cancel": Fault(_("Rien à annuler"), EARLIER_FIRST, "ZBE-1"),
    "visit_of_another": Fault(_("Venue d’un autre patient"), IDENTITY_OFFICE, "PV1-19"),
    "unknown_stay": Fault(_("Séjour inconnu"), EARLIER_FIRST, "PV1-19"),
    "stay_cancelled": Fault(_("Séjour annulé"), SEE_STAY, "PV1-19"),
    "stay_over": Fault(_("Séjour terminé"), SEE_STAY, "PV1-19"),
    "number_of_another": Fault(_("Numéro d’un autre patient"), IDENTITY_OFFICE, "PID-3"),
    "already_merged": Fault(_("Dossier déjà fusionné"), IDENTITY_OFFICE, "MRG-1"),
    "merge_itself": Fault(_("Fusion d’un dossier avec lui-même"), ASK_SENDER, "MRG-1"),
    "merge_contradiction": Fault(_("Fusion de deux identités contradictoires"), IDENTITY_OFFICE, "MRG-1"),
    "merged": Fault(_("Dossier fusionné entre-temps"), RETRY, "PID-3"),
    "patient_withdrawn": Fault(_("Dossier retiré"), IDENTITY_OFFICE, "PID-3"),
    "doubt_with_ins": Fault(_("Identité douteuse avec une INS"), IDENTITY_OFFICE, "PID-32"),
    "not_a_name": Fault(_("Nom impossible"), ASK_SENDER, "PID-5"),
    "bad_date": Fault(_("Date de naissance impossible"), ASK_SENDER, "PID-7"),
    "in_the_future": Fault(_("Date de naissance dans le futur"), ASK_SENDER, "PID-7"),
    "too_far": Fault(_("Date trop lointaine"), ASK_SENDER, "PV2-9"),
    "before_admission": Fault(_("Sortie prévue avant l’entrée"), ASK_SENDER, "PV2-9"),
    "in_the_past": Fault(_("Arrivée prévue déjà passée"), SEE_STAY, "PV2-8"),
    "required": Fault(_("Unité, lit ou nom absent"), ASK_SENDER, "PV1-3"),
    "bed_unknown": Fault(_("Lit hors service"), SEE_STAY, "PV1-3"),
    "bed_closed": Fault(_("Lit fermé"), SEE_STAY, "PV1-3"),
    "bed_reserved": Fault(_("Lit réservé à un autre patient"), SEE_STAY, "PV1-3"),
    "already_released": Fault(_("Réservation déjà levée"), RETRY),
    "unknown_protection": Fault(_("Protection inconnue"), REPORT, "PV2-22"),
    "not_protected": Fault(_("Séjour qui n’est pas protégé"), RETRY, "PV2-22"),
    "transition_refused": Fault(_("État du séjour qui ne le permet pas"), SEE_STAY, "PV1-19"),
    "denied": Fault(_("Acte refusé"), REPORT),
    "exceptional_access_needed": Fault(_("Acte refusé"), REPORT),
    "busy": Fault(_("Plusieurs personnes au même endroit"), RETRY),
    "integrity": Fault(_("Données changées au même moment"), RETRY),
} | {f"stay_{state}": Fault(_("État du séjour qui ne le permet pas"), SEE_STAY, "PV1-19") for state in StayState.values}

UNNAMED = Fault(_("Autre motif"), SEE_STAY)
"""What a constraint of the database refused, by whichever name."""


def of(code: str) -> Fault:
    """The fault of this code."""
    return FAULTS.get(code, UNNAMED)
