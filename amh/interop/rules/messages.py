"""What may be done with a message, and who may read what it says of a patient."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from amh.interop.hl7.readings import Reading
from amh.interop.models import IgnoreReason, InboundMessage, MessageState
from amh.interop.queries.subjects import People
from patients.rules import accesses

LONGEST_NOTE = 300


def check_held(row: InboundMessage) -> None:
    """Raise ``Conflict`` unless the message is in quarantine and waits for no replay."""
    if row.state != MessageState.QUARANTINED:
        raise Conflict(_("Ce message n’est plus en quarantaine."), code="not_quarantined")
    if row.replay_id is not None:
        raise Conflict(_("Ce message est en train d’être rejoué avec d’autres."), code="being_replayed")


def check_ignore(reason: str, note: str) -> None:
    """Raise ``Invalid`` unless the reason is one of the list, in words where the list has none."""
    if reason not in IgnoreReason.values:
        raise Invalid(_("Choisir un motif de la liste."), code="unknown_reason", field="reason")
    if reason == IgnoreReason.OTHER and not note.strip():
        raise Invalid(_("Dire pourquoi ce message est ignoré."), code="required", field="note")
    if len(note) > LONGEST_NOTE:
        raise Invalid(_("La précision dépasse %d signes.") % LONGEST_NOTE, code="too_long", field="note")


def check_restore(row: InboundMessage) -> None:
    """Raise ``Conflict`` unless somebody set the message aside: what the program ignores, it would ignore again."""
    if row.ignored_by_id is None:
        raise Conflict(
            _("Personne n’a ignoré ce message, ou il a déjà été remis en quarantaine."), code="not_set_aside"
        )


def may_read(reading: Reading, people: People, *, by: User, at: datetime) -> bool:
    """Tell whether ``by`` may read what a message says of the people whom it names.

    Those who have a record here are read as their record is. Whoever has none is read by those who register people for
    the whole hospital. One that asks to hide its patient is read by an exceptional access alone, as the record of a
    protected person is; one about several patients, or a record that was withdrawn, by nobody.
    """
    if people.are_several or people.has_withdrawn or (people.has_unknown and not may_read_unknown(by)):
        return False
    if asks_to_hide(reading):
        return bool(people.known) and all(rules.opened(by, patient_id=one.pk) for one in people.known)
    return all(accesses.opens(one, to=by, at=at) or rules.opened(by, patient_id=one.pk) for one in people.known)


def may_read_unknown(by: User) -> bool:
    """Tell whether ``by`` may read of people who have no record here: those who register them for the hospital."""
    return rules.may(by, Permission.VIEW_PATIENT) and rules.may(by, Permission.REGISTER)


def asks_to_hide(reading: Reading) -> bool:
    """Tell whether the message asks to show its patient, or the stay, by name to nobody (SEC-8)."""
    visit = reading.visit
    hides_stay = visit is not None and bool(visit.restricted or visit.vip)
    return hides_stay or (reading.patient is not None and reading.patient.protected)
