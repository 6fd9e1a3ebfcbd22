"""What a message did here, and what people did with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core.models import AuditEntry
from amh.interop.hl7.readings import Reading
from amh.interop.models import IgnoreReason, InboundMessage, MessageState
from patients.models import Movement


@dataclass(frozen=True)
class Deed:
    """One thing that happened to a message."""

    at: datetime
    words: str
    who: str = ""


def history(row: InboundMessage) -> list[Deed]:
    """What happened to a message since it came, the oldest first; one query."""
    label = InboundMessage._meta.label_lower  # noqa: SLF001 - Django documents _meta
    entries = AuditEntry.objects.filter(subject_type=label, subject_id=row.pk).select_related("by")
    deeds = [Deed(entry.at, _words(entry), str(entry.by or "")) for entry in entries.order_by("at", "pk")]
    first = Deed(row.received_at, _("Reçu et gardé"))
    if deeds or row.decided_at is None:
        return [first, *deeds]
    return [first, Deed(row.decided_at, row.get_state_display())]


def _words(entry: AuditEntry) -> str:
    match entry.action.rpartition(".")[2]:
        case "replay":
            state = MessageState(entry.params["state"])
            still = state == MessageState.QUARANTINED
            return _("Rejoué : toujours en quarantaine") if still else _("Rejoué : %s") % state.label.lower()
        case "ignore":
            return _("Ignoré : %s") % IgnoreReason(entry.params["reason"]).label.lower()
        case _other:
            return _("Remis en quarantaine")


def movement(reading: Reading) -> Movement | None:
    """The movement of the ledger that bears the number of a message."""
    told = reading.movement
    if not told.movement_id:
        return None
    rows = Movement.objects.filter(domain=told.movement_domain or str(reading.sender), number=told.movement_id)
    return rows.select_related("unit", "bed__room", "stay").first()
