"""Reads of the ledger."""

from patients.models import Movement, Stay


def last(stay: Stay) -> Movement | None:
    """The last movement of the stay that stands, by effective time."""
    return stay.movements.standing().select_related("bed__room", "unit").order_by("effective_at", "pk").last()
