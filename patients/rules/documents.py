"""Who may add, open and take back a document, and when."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import dates, rules
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Document, Patient, Stay
from patients.queries import documents, facts
from patients.rules import accesses, records
from patients.rules.tasks import trades
from patients.statements import PHYSICIANS

UNDO_WINDOW = timedelta(days=1)
"""How long a withdrawal can be taken back."""
ANNOUNCED = "announcement_made"
"""The fact after which what was withheld may be handed over (WR-26)."""


def check_add(patient: Patient, stay: Stay | None, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may add a document to this record, and the stay is one of the patient's."""
    records.check_complete(patient, by=by, at=at, permission=Permission.ADD_DOCUMENT)
    records.check_stay(stay, patient)


def check_new(patient: Patient, digest: str, *, now: datetime) -> None:
    """Raise ``Conflict`` when the very same file is in the record already."""
    known = documents.same(patient, digest)
    if known is not None:
        when = dates.far_day(known.entered_at, today=dates.local(now).date())
        facts_ = {"kind": known.get_kind_display(), "when": when}
        sentence = _("Ce fichier est déjà dans le dossier : %(kind)s, déposé %(when)s.") % facts_
        raise Conflict(sentence, code="already_there", field="file")


def check_latest(document: Document, *, now: datetime) -> None:
    """Raise ``Conflict`` unless this is the version that holds: it may have been replaced or withdrawn meanwhile."""
    if document.withdrawn_at is not None:
        raise withdrawn(document, now=now)
    newest = documents.newest(document)
    if newest.pk != document.pk:
        told = {
            "version": newest.version,
            "who": newest.entered_by or _("un autre logiciel"),
            "when": dates.moment(newest.entered_at, now=now),
        }
        sentence = (
            _("Ce document a été remplacé : version %(version)d, par %(who)s (%(when)s). Recharger la page.") % told
        )
        raise Conflict(sentence, code="not_latest")


def withdrawn(document: Document, *, now: datetime) -> Conflict:
    """The refusal of a document that was taken back."""
    when = dates.moment(document.withdrawn_at, now=now) if document.withdrawn_at else ""
    told = {"who": document.withdrawn_by or _("un autre logiciel"), "when": when}
    return Conflict(_("Ce document a été retiré par %(who)s (%(when)s).") % told, code="document_withdrawn")


def check_withdraw(reason: str) -> None:
    """Raise ``Invalid`` without a reason."""
    if not reason:
        raise Invalid(_("Indiquer pourquoi ce document est retiré."), code="required", field="reason")


def check_restore(document: Document, *, by: User | None, now: datetime) -> None:
    """Raise unless the document was withdrawn within a day, by ``by``."""
    if document.withdrawn_at is None:
        raise Conflict(_("Ce document n’est pas retiré."), code="not_withdrawn")
    if now - document.withdrawn_at > UNDO_WINDOW:
        raise Conflict(_("Ce document est retiré depuis plus d’un jour : le déposer à nouveau."), code="too_old")
    if by is not None and document.withdrawn_by_id != by.pk:
        raise Denied(_("Seule la personne qui a retiré le document peut le remettre."), code="denied")


def may_restore(document: Document, *, by: User, now: datetime) -> bool:
    """Tell whether ``by`` may undo this withdrawal."""
    try:
        check_restore(document, by=by, now=now)
    except (Conflict, Denied):
        return False
    return True


def check_release(document: Document, *, by: User | None) -> None:
    """Raise unless the announcement has been made, or ``by`` is a physician who says so (WR-26)."""
    if not document.withheld:
        raise Conflict(_("Ce document peut déjà être remis au patient."), code="not_withheld")
    if by is not None and not trades(by) & PHYSICIANS and not facts.stands_for(document, ANNOUNCED):
        sentence = _("Noter d’abord que le médecin a fait l’annonce : ce document ne se remet pas avant.")
        raise Conflict(sentence, code="not_announced")


def check_view(document: Document, *, by: User, at: datetime) -> None:
    """Raise unless ``by`` may open documents of this patient's record, and this one still stands."""
    rules.check_somewhere(by, Permission.VIEW_DOCUMENT)
    if not documents.visible(to=by, at=at).filter(pk=document.pk).exists():
        accesses.check_open(document.patient, by=by, at=at)
        raise Denied(_("Votre rôle ne permet pas d’ouvrir les documents de ce patient."), code="denied")
    if document.withdrawn_at is not None:
        raise withdrawn(document, now=at)
