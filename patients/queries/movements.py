"""Reads of the ledger."""

from operator import attrgetter

from patients.models import Movement, Stay


def last(stay: Stay) -> Movement | None:
    """The last movement of the stay that stands."""
    return next(reversed(in_order(stay)), None)


def in_order(stay: Stay) -> list[Movement]:
    """The movements of the stay that stand, each with unit, bed and room, the earliest first."""
    return sorted(stay.movements.standing().select_related("bed__room", "unit"), key=attrgetter("order"))
