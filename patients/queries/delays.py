"""How long the beds of a unit are held after a discharge that another system tells (WR-2)."""

from collections.abc import Collection
from datetime import timedelta

from amh.core import parameters


def after_discharge(unit_ids: Collection[int]) -> dict[int, timedelta]:
    """The delay of each of these units, in one query."""
    minutes = parameters.values("departure_delay_minutes", unit_ids=unit_ids)
    return {unit_id: timedelta(minutes=minutes[unit_id]) for unit_id in unit_ids}
