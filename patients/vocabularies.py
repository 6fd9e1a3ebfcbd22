"""The words of the journal: what every page, act and right is called that a trace or an audit line names by its code.

A code that has no word here is shown as it is; ``tests/patients/test_vocabularies.py`` finds it.
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
    "access.reviews": _("accès exceptionnels à relire"),
    "bed": _("lit"),
    "bed.close": _("fermeture d’un lit"),
    "bed.place": _("attribution d’un lit"),
    "bed.reserve": _("réservation d’un lit"),
    "board": _("plan des lits"),
    "journal": _("journal des accès"),
    "journal.acts": _("journal des actes"),
    "journal.find": _("recherche d’un patient dans le journal"),
    "journal.report": _("relevé des accès au dossier"),
    "patient": _("dossier du patient"),
    "patient.consent": _("réponse du patient"),
    "patient.contact": _("contact du patient"),
    "patient.correct": _("identité du patient"),
    "patient.correspondent": _("correspondant du patient"),
    "patient.flag": _("signalement"),
    "patient.print": _("dossier du patient"),
    "patients": _("recherche d’un patient"),
    "stay.discharge": _("sortie"),
    "stay.expect": _("sortie prévue"),
    "stay.move": _("installation dans un lit"),
}
"""Pages of people, by the code of their traces."""

NOUNS: dict[str, str | Promise] = {
    "audit": _("actes"),
    "consents": _("réponses des patients"),
    "contacts": _("contacts"),
    "correspondents": _("correspondants"),
    "exceptional-accesses": _("accès exceptionnels"),
    "flags": _("signalements"),
    "movements": _("mouvements"),
    "patients": _("patients"),
    "placements": _("installations"),
    "reservations": _("réservations"),
    "stays": _("séjours"),
    "traces": _("lectures"),
}
"""Resources of the REST interface that show patients, by their name in the address."""

ACTS: dict[str, str | Promise] = {
    "access.end": _("accès exceptionnel terminé"),
    "access.open": _("accès exceptionnel ouvert"),
    "access.review": _("accès exceptionnel relu"),
    "access_notice.exhaust": _("avis d’accès exceptionnel non parti"),
    "account.create": _("compte créé"),
    "account.deactivate": _("compte fermé"),
    "address.add": _("adresse notée"),
    "address.restore": _("adresse rétablie"),
    "address.verify": _("adresse vérifiée"),
    "address.withdraw": _("adresse retirée"),
    "bed.clean": _("lit noté propre"),
    "bed.close": _("lit fermé"),
    "bed.reference": _("lit reçu, à référencer"),
    "bed.release": _("réservation levée"),
    "bed.reopen": _("lit rouvert"),
    "bed.reserve": _("lit réservé"),
    "bed.undo_clean": _("bionettoyage annulé"),
    "consent.note": _("réponse du patient notée"),
    "contact.add": _("contact noté"),
    "contact.change": _("contact corrigé"),
    "contact.restore": _("contact rétabli"),
    "contact.withdraw": _("contact retiré"),
    "correspondent.add": _("correspondant noté"),
    "correspondent.restore": _("correspondant rétabli"),
    "correspondent.withdraw": _("correspondant retiré"),
    "delivery.cancel": _("envoi annulé"),
    "delivery.retry": _("envoi relancé"),
    "feed_alert.exhaust": _("alerte de flux non partie"),
    "flag.change": _("signalement précisé"),
    "flag.lift": _("signalement levé"),
    "flag.raise": _("signalement"),
    "flag.restore": _("signalement rétabli"),
    "flag.withdraw": _("signalement annulé"),
    "membership.join": _("affectation à une unité"),
    "message.replay": _("message rejoué"),
    "organisation.change": _("structure corrigée"),
    "organisation.close": _("structure fermée"),
    "organisation.create": _("structure ajoutée"),
    "organisation.reopen": _("structure rouverte"),
    "patient.correct": _("identité corrigée"),
    "patient.register": _("patient enregistré"),
    "patient.withdraw": _("enregistrement retiré"),
    "practitioner.change": _("professionnel corrigé"),
    "practitioner.close": _("professionnel fermé"),
    "practitioner.create": _("professionnel ajouté"),
    "practitioner.reopen": _("professionnel rouvert"),
    "stay.admission": _("entrée reçue"),
    "stay.admit": _("entrée"),
    "stay.assign_practitioner": _("médecin responsable désigné"),
    "stay.cancel": _("mouvement annulé"),
    "stay.complete": _("séjour complété"),
    "stay.death": _("décès"),
    "stay.departure": _("départ confirmé"),
    "stay.discharge": _("sortie"),
    "stay.expect_discharge": _("sortie prévue"),
    "stay.leave": _("départ en permission"),
    "stay.lounge": _("passage au salon de sortie"),
    "stay.move": _("mutation"),
    "stay.preadmission": _("préadmission reçue"),
    "stay.preadmit": _("préadmission"),
    "stay.protect": _("séjour protégé"),
    "stay.return": _("retour de permission"),
    "stay.transfer": _("mutation reçue"),
    "stay.undo": _("acte annulé"),
    "stay.unprotect": _("protection du séjour levée"),
    "token.issue": _("jeton émis"),
    "unit.bring_in": _("structure importée"),
    "unit.reference": _("unité reçue, à référencer"),
}
"""Acts, by the code of their audit lines."""


def page(code: str) -> str:
    """What was read, in words."""
    if not code.startswith(API):
        return str(PAGES.get(code, code))
    noun = code.removeprefix(API).split(".")[0]
    return _now("interface REST : %s") % NOUNS.get(noun, noun)


def act(code: str) -> str:
    """What was done, in words."""
    return str(ACTS.get(code, code))
