"""What happened here, said to whoever shows it: ids only."""

from collections.abc import Iterable
from datetime import datetime

from amh.core.live import feed

BOARD = "lits"
"""The source of the bed board in the change feed. A positive ref is a bed, a negative one the head of a unit."""

STRUCTURE = 0
"""The ref that says: units or beds themselves came or went."""


def board_changed(*, beds: Iterable[int | None] = (), units: Iterable[int | None] = (), at: datetime) -> None:
    """Say that these beds, and the heads and lists without a bed of these units, are to be shown anew."""
    refs = {bed for bed in beds if bed is not None} | {-unit for unit in units if unit is not None}
    feed.announce(BOARD, refs, at=at)
