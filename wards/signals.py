"""Facts about the place, for those above: ids only, sent inside the transaction of the act."""

from django.dispatch import Signal

structure_changed = Signal()
"""Units, rooms or beds were made or changed. Arguments: ``unit_ids`` and ``bed_ids`` (frozensets), ``at``."""
