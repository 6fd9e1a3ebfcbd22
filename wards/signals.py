"""Facts about the place, for those above: ids only, sent inside the transaction of the act."""

from collections.abc import Iterable
from datetime import datetime

from django.dispatch import Signal

structure_changed = Signal()
"""Units, rooms or beds were made or changed. Arguments: ``unit_ids`` and ``bed_ids`` (frozensets), ``at``."""

unit_confirmed = Signal()
"""A unit said that what the board shows of it is true. Arguments: ``unit_id``, ``at``."""


def tell(unit_ids: Iterable[int], bed_ids: Iterable[int] = (), *, at: datetime) -> None:
    """Say that these units, or rooms or beds of theirs, changed; nothing when there are none."""
    units, beds = frozenset(unit_ids), frozenset(bed_ids)
    if units:
        structure_changed.send(sender=None, unit_ids=units, bed_ids=beds, at=at)
