"""Messages fed one after the other, and what stands after them."""

from datetime import timedelta

from amh.interop.actions import messages
from amh.interop.models import InboundMessage
from patients.models import Stay
from tests.factories.clocks import NOW

AN_HOUR = timedelta(hours=1)


def feed(*raws: bytes) -> list[InboundMessage]:
    """Receive and apply the messages one after the other; return their rows."""
    rows = []
    for raw in raws:
        receipt = messages.receive(raw, at=NOW + AN_HOUR)
        messages.apply_all(receipt.row, at=NOW + AN_HOUR)
        receipt.row.refresh_from_db()
        rows.append(receipt.row)
    return rows


def where(stay: Stay) -> list[tuple[str, str | None]]:
    """The places of a stay in order: unit code and bed."""
    placements = stay.placements.order_by("starts_at").select_related("unit", "bed__room")
    return [(one.unit.code, one.bed and one.bed.short_label) for one in placements]
