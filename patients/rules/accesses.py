"""Who may open a record: those whose unit answers for the patient, and those who said why they must all the same."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import AccessReason, ExceptionalAccess, Patient, ReviewOutcome, Stay, StayState
from patients.queries import accesses, scopes

NEEDED = "exceptional_access_needed"
"""Code of the refusal that an exceptional access would lift."""

SHORTEST, LONGEST = 10, 300
"""Signs of an explanation."""


def check_open(patient: Patient, *, by: User, at: datetime) -> ExceptionalAccess | None:
    """Raise ``Denied`` unless ``by`` may open the record; return the exceptional access that alone allows it.

    The record of a protected person opens to nobody without one (SEC-8), nor one without a stay in the units of ``by``
    (SEC-1).
    """
    if opens(patient, to=by, at=at):
        return None
    if rules.opened(by, patient_id=patient.pk):
        return accesses.running(patient, user_id=by.pk, at=at)
    raise needed()


def needed() -> Denied:
    """The refusal of a record that no unit of the person answers for, or that does not exist: the same for both."""
    return Denied(
        _("Ce dossier n’est pas ouvert à vos unités. Un accès exceptionnel motivé est nécessaire."), code=NEEDED
    )


def opens(patient: Patient, *, to: User, at: datetime) -> bool:
    """Tell whether the record opens to this person without any exceptional access."""
    if is_protected(patient):
        return False
    return scopes.patients(to=to, at=at, exceptionally=False).filter(pk=patient.pk).exists()


def is_protected(patient: Patient) -> bool:
    """Tell whether the person, or one stay of theirs, is shown by name to nobody (SEC-8)."""
    return patient.protected or patient.stays.filter(protected=True).exists()


def is_named(patient: Patient, *, unit_id: int | None, to: User | None, stay: Stay | None = None) -> bool:
    """Tell whether a sentence may name the patient to this person: in a unit of theirs, or by an exceptional access.

    None ever names a person who is protected, or whose ``stay`` is (SEC-8), or who has died (WR-14).
    """
    if to is None or patient.protected:
        return False
    if stay is not None and (stay.protected or stay.state == StayState.DECEASED):
        return False
    return rules.may(to, Permission.VIEW_PATIENT, unit_id=unit_id) or rules.opened(to, patient_id=patient.pk)


def check_ask(patient: Patient, *, reason: str, explanation: str, by: User, at: datetime) -> None:
    """Raise unless ``by`` may open this record exceptionally for this reason, with an explanation that says something.

    ``Conflict`` when the record is open to them anyway: nobody is to review what needs no review.
    """
    rules.check_somewhere(by, Permission.OPEN_EXCEPTIONALLY)
    if reason not in AccessReason.values:
        raise Invalid(_("Choisir un motif de la liste."), code="unknown_reason", field="reason")
    if len(explanation) < SHORTEST:
        sentence = _("Expliquer en %d signes au moins pourquoi ce dossier doit être ouvert.") % SHORTEST
        raise Invalid(sentence, code="too_short", field="explanation")
    if len(explanation) > LONGEST:
        raise Invalid(_("L’explication dépasse %d signes.") % LONGEST, code="too_long", field="explanation")
    if opens(patient, to=by, at=at):
        raise Conflict(_("Ce dossier vous est ouvert sans accès exceptionnel."), code="access_needless")


def check_end(access: ExceptionalAccess, *, by: User, at: datetime) -> None:
    """Raise ``Denied`` for the access of somebody else, ``Conflict`` when it has ended."""
    if access.user_id != by.pk:
        raise Denied(_("Cet accès exceptionnel est celui d’une autre personne."), code="denied")
    if access.ends_at <= at:
        sentence = _("Cet accès exceptionnel est terminé depuis %s.") % moment(access.ends_at, now=at)
        raise Conflict(sentence, code="access_ended")


def check_review(access: ExceptionalAccess, *, outcome: str, note: str, by: User, at: datetime) -> None:
    """Raise unless ``by``, who is somebody else, may say what they found of an access that nobody has reviewed."""
    rules.check(by, Permission.VIEW_JOURNAL)
    if access.user_id == by.pk:
        raise Denied(_("Cet accès est le vôtre : une autre personne doit le relire."), code="own_access")
    if access.reviewed_at is not None:
        facts = {"who": access.reviewed_by, "when": moment(access.reviewed_at, now=at)}
        raise Conflict(_("Cet accès a déjà été relu par %(who)s (%(when)s).") % facts, code="already_reviewed")
    if outcome not in ReviewOutcome.values:
        raise Invalid(_("Choisir une conclusion."), code="unknown_outcome", field="outcome")
    if outcome == ReviewOutcome.UNJUSTIFIED and not note:
        raise Invalid(_("Dire en quoi l’accès n’est pas justifié."), code="required", field="note")
    if len(note) > LONGEST:
        raise Invalid(_("La remarque dépasse %d signes.") % LONGEST, code="too_long", field="note")
