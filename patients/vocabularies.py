"""The words of the journal: what every page, act and right is called that a trace or an audit line names by its code.

The code of an act is its noun and its verb: ``bed.close`` is « lit : fermeture ». A code that has no word here is shown
as it is; ``tests/patients/test_vocabularies.py`` finds it.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

API = "api."


class Ground(models.TextChoices):
    """By what right a patient was seen."""

    HOSPITAL = "hospital", _("rôle qui porte sur tout l’hôpital")
    UNIT = "unit", _("unité de la personne")
    EXCEPTION = "exception", _("accès exceptionnel")
    REGISTRATION = "registration", _("enregistrement d’un patient sans séjour")


PAGES: dict[str, str | Promise] = {
    "access.ask": _("demande d’accès exceptionnel"),
    "acts.mine": _("mes derniers actes"),
    "access.reviews": _("accès exceptionnels à relire"),
    "bed": _("lit"),
    "bed.close": _("fermeture d’un lit"),
    "bed.closure": _("fin d’une fermeture"),
    "bed.place": _("attribution d’un lit"),
    "bed.reserve": _("réservation d’un lit"),
    "bed.restore": _("levée de réservation annulée"),
    "board": _("plan des lits"),
    "board.film": _("plan des lits, d’un moment à un autre"),
    "closing": _("fermeture d’une unité"),
    "confirmation": _("confirmation du plan"),
    "board.print": _("plan des lits"),
    "document": _("document"),
    "journal": _("journal des accès"),
    "journal.acts": _("journal des actes"),
    "journal.find": _("recherche d’un patient dans le journal"),
    "journal.report": _("relevé des accès au dossier"),
    "patient": _("dossier du patient"),
    "patient.anomaly": _("anomalie d’identité"),
    "patient.consent": _("consentement"),
    "patient.contact": _("contact"),
    "patient.correct": _("correction de l’identité"),
    "patient.correspondent": _("correspondant"),
    "patient.document": _("dépôt d’un document"),
    "patient.fact": _("fait à noter"),
    "patient.flag": _("signalement"),
    "patient.identifier": _("identifiant"),
    "patient.merge": _("fusion de dossiers"),
    "patient.physician": _("médecin responsable"),
    "patient.print": _("dossier du patient"),
    "patient.protection": _("protection de l’identité"),
    "patient.purge_ins": _("effacement de l’INS"),
    "patient.stay": _("séjour prévu"),
    "patient.task": _("tâche"),
    "patients": _("recherche d’un patient"),
    "patients.merge": _("recherche d’un dossier à fusionner"),
    "patients.register": _("recherche d’un dossier semblable avant enregistrement"),
    "stay": _("séjour"),
    "stay.arrive": _("arrivée sans lit"),
    "stay.cancel": _("préadmission annulée"),
    "stay.discharge": _("sortie"),
    "stay.expect": _("sortie prévue"),
    "stay.home-care": _("passage en HAD"),
    "stay.leave": _("permission"),
    "stay.reconcile": _("lit à confirmer"),
    "stay.reschedule": _("heure d’arrivée prévue"),
    "stay.retime": _("heure d’un acte"),
    "stay.swap": _("échange de lits"),
    "stay.come-back": _("retour de permission"),
    "stay.lounge": _("salon de sortie"),
    "stay.depart": _("départ"),
    "stay.die": _("décès"),
    "stay.body-left": _("départ du corps"),
    "stay.drop": _("déplacement sur le plan"),
    "stay.move": _("installation dans un lit"),
    "stay.wait": _("patient sans lit"),
    "stays.exchange": _("patients avec qui échanger de lit"),
    "stays.waiting": _("patients à qui attribuer un lit"),
    "tasks": _("tâches"),
}
"""Pages of people, by the code of their traces."""

NOUNS: dict[str, str | Promise] = {
    "audit": _("actes"),
    "consents": _("consentements"),
    "contacts": _("contacts"),
    "correspondents": _("correspondants"),
    "documents": _("documents"),
    "exceptional-accesses": _("accès exceptionnels"),
    "facts": _("faits"),
    "flags": _("signalements"),
    "identifiers": _("identifiants"),
    "merges": _("fusions de dossiers"),
    "movements": _("mouvements"),
    "patients": _("patients"),
    "placements": _("installations"),
    "reservations": _("réservations"),
    "stays": _("séjours"),
    "tasks": _("tâches"),
    "traces": _("lectures"),
}
"""Resources of the REST interface that show patients, by their name in the address."""

SUBJECTS: dict[str, str | Promise] = {
    "absence": _("absence"),
    "act": _("acte"),
    "access": _("accès exceptionnel"),
    "access_notice": _("avis d’accès exceptionnel"),
    "account": _("compte"),
    "address": _("adresse professionnelle"),
    "bed": _("lit"),
    "calendar": _("calendrier"),
    "closure": _("fermeture de lit"),
    "consent": _("consentement"),
    "contact": _("contact"),
    "correspondent": _("correspondant"),
    "cover": _("relais d’unité"),
    "delivery": _("envoi"),
    "document": _("document"),
    "duty": _("garde"),
    "fact": _("fait"),
    "feed_alert": _("alerte de flux"),
    "flag": _("signalement"),
    "identifier": _("identifiant"),
    "membership": _("affectation"),
    "merge": _("fusion de dossiers"),
    "message": _("message reçu"),
    "movement": _("mouvement"),
    "organisation": _("structure"),
    "parameter": _("paramètre"),
    "patient": _("patient"),
    "practitioner": _("professionnel de santé"),
    "reservation": _("réservation"),
    "room": _("chambre"),
    "saved_view": _("vue enregistrée"),
    "screen": _("écran mural"),
    "session": _("session"),
    "stay": _("séjour"),
    "task": _("tâche"),
    "token": _("jeton"),
    "unit": _("unité"),
    "unlock_key": _("clé de déverrouillage"),
    "working_time": _("temps de travail"),
}
"""What an act was done on, by the first part of its code."""

VERBS: dict[str, str | Promise] = {
    "add": _("ajout"),
    "admission": _("entrée reçue"),
    "admit": _("entrée"),
    "announce": _("annonce reçue"),
    "ask": _("demande"),
    "assign_practitioner": _("médecin responsable désigné"),
    "body_left": _("départ du corps"),
    "bring_in": _("import"),
    "cancel": _("annulation"),
    "cancel_closure": _("fermeture annulée"),
    "change": _("modification"),
    "change_password": _("mot de passe changé"),
    "claim": _("prise en charge"),
    "clean": _("noté propre"),
    "close": _("fermeture"),
    "come_back": _("retour de permission"),
    "complete": _("complété par un message"),
    "confirm": _("plan confirmé"),
    "correct": _("correction de l’identité"),
    "create": _("création"),
    "cut_short": _("raccourcie"),
    "deactivate": _("fermeture"),
    "death": _("décès reçu"),
    "depart": _("départ confirmé"),
    "departure": _("départ confirmé reçu"),
    "die": _("décès"),
    "discharge": _("sortie"),
    "end": _("fin"),
    "exhaust": _("échec définitif"),
    "expect_discharge": _("sortie prévue"),
    "fail": _("échec"),
    "finish": _("fin"),
    "give": _("attribution"),
    "give_back": _("rendu"),
    "give_code": _("code d’installation donné"),
    "install": _("installation"),
    "issue": _("émission"),
    "join": _("début"),
    "leave": _("départ"),
    "lift": _("levée"),
    "lounge": _("salon de sortie, reçu"),
    "merge": _("fusion"),
    "move": _("mutation"),
    "note": _("noté"),
    "open": _("ouverture"),
    "preadmission": _("préadmission reçue"),
    "preadmit": _("préadmission"),
    "protect": _("protection"),
    "purge_ins": _("effacement de l’INS"),
    "raise": _("pose"),
    "reattach": _("rattachement à un autre patient"),
    "record": _("saisie"),
    "reference": _("reçu, à référencer"),
    "register": _("enregistrement"),
    "release": _("libération"),
    "remove": _("suppression"),
    "remove_badge": _("badge retiré"),
    "remove_pin": _("code retiré"),
    "reinstate": _("de nouveau attendu"),
    "rename": _("changement de nom"),
    "reopen": _("réouverture"),
    "replace": _("remplacement"),
    "replay": _("rejeu"),
    "reschedule": _("autre heure d’arrivée prévue"),
    "reserve": _("réservation"),
    "restore": _("rétablissement"),
    "retime": _("heure corrigée"),
    "retire": _("retrait du service"),
    "retry": _("nouvel essai"),
    "return": _("retour de permission, reçu"),
    "review": _("relecture"),
    "revoke": _("révocation"),
    "rotate": _("remplacement"),
    "set": _("réglage"),
    "set_apart": _("mise à part"),
    "set_badge": _("badge enregistré"),
    "set_closure_end": _("fin de fermeture fixée"),
    "set_hours": _("horaires fixés"),
    "set_password": _("nouveau mot de passe"),
    "set_pin": _("code enregistré"),
    "state": _("déclaration"),
    "swap": _("échange de lits"),
    "take_over": _("reprise"),
    "to_home_care": _("passage en HAD"),
    "to_lounge": _("passage au salon de sortie"),
    "transfer": _("mutation reçue"),
    "undo": _("annulation"),
    "undo_clean": _("propreté annulée"),
    "unprotect": _("protection levée"),
    "verify": _("vérification"),
    "wait": _("sans lit"),
    "withdraw": _("retrait"),
    "withdraw_announcement": _("annonce retirée"),
    "withhold": _("à ne pas remettre avant l’annonce"),
}
"""What was done, by the second part of the code of an act."""


def page(code: str) -> str:
    """What was read, in words."""
    if not code.startswith(API):
        return str(PAGES.get(code, code))
    noun = code.removeprefix(API).split(".")[0]
    return _now("interface REST : %s") % NOUNS.get(noun, noun)


def act(code: str) -> str:
    """What was done, in words."""
    noun, _dot, verb = code.partition(".")
    return f"{SUBJECTS.get(noun, noun)} : {VERBS.get(verb, verb)}"
