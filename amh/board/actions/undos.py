"""Take an act of one's own back, whatever it was."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.board import deeds
from amh.core import audit
from amh.core.errors import Conflict, Denied
from amh.core.models import AuditEntry, User
from amh.core.transactions import act


@act
def take_back(*, entry: AuditEntry, by: User, at: datetime) -> deeds.Deed:
    """Undo the act to which this line of the journal belongs, by the actions of its kind; return what it was.

    Raises ``Conflict`` when it was taken back already or something newer depends on it, ``Denied`` for the act of
    somebody else or without the right to it, and what else those actions raise.
    """
    if entry.by_id != by.pk:
        raise Denied(_("Cet acte est celui d’une autre personne."), code="denied")
    deed = deeds.of(entry, now=at)
    if deed is None:
        raise Conflict(_("Cet acte ne s’annule pas ici."), code="not_undoable")
    deed.take_back(by=by, at=at)
    audit.record(deeds.TAKEN_BACK, subject=entry, by=by, at=at)
    return deed
