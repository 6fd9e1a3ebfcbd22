"""What happened here, said to whoever shows it: ids only."""

from collections.abc import Iterable
from datetime import datetime

from django.dispatch import Signal

from amh.core.live import feed

BOARD = "lits"
"""The source of the bed board in the change feed. A positive ref is a bed, a negative one the head of a unit."""

STRUCTURE = 0
"""The ref that says: units or beds themselves came or went."""

SILENCES = -(2**62)
"""The ref that says: a system that feeds the board fell silent, or talks again. No unit has such a number."""


def board_changed(*, beds: Iterable[int | None] = (), units: Iterable[int | None] = (), at: datetime) -> None:
    """Say that these beds, and the heads and lists without a bed of these units, are to be shown anew."""
    refs = {bed for bed in beds if bed is not None} | {-unit for unit in units if unit is not None}
    feed.announce(BOARD, refs, at=at)


delivery_failed = Signal()
"""A sending failed for good: sent in the transaction that records it. Arguments: ``delivery``, ``at``."""

ledger_changed = Signal()
"""Movements were entered or struck out here, by hand: sent in the transaction, under the lock of their stays. What
another system tells is not repeated. Arguments: ``movement_ids``, ``instead_of`` (the id of the movement that they
correct, or ``None``), ``at``.
"""

discharge_expected = Signal()
"""Somebody here said when a patient will leave, or took it back: sent in the transaction. Arguments: ``said_id``
(an ``ExpectedDischarge``), ``at``.
"""

FACTS = "faits"
"""The source of what is known of stays in the change feed. The ref is a stay."""

facts_changed = Signal()
"""A fact was stated or withdrawn: sent in the transaction. Arguments: ``stay_id``, ``kinds`` (frozenset), ``at``."""


def fact_changed(*, stay_id: int, kinds: frozenset[str], at: datetime) -> None:
    """Say that these kinds of ``patients.evidence`` are to be read anew for the stay: satisfied, or open again."""
    feed.announce(FACTS, {stay_id}, at=at)
    facts_changed.send(sender=None, stay_id=stay_id, kinds=kinds, at=at)
