"""The morning confirmations of the demonstration: every unit that opened said that its board is right, but one."""

from datetime import timedelta

from amh.demo.scenes import Scene
from wards.actions import confirmations
from wards.queries.confirmations import due

A_MINUTE = timedelta(minutes=1)
SILENT = "CHIR"
"""The unit that has not confirmed yet."""


def say(scene: Scene) -> None:
    """Have the AMH of each unit confirm its board a few minutes before the hour; one leaves two doubts."""
    units = scene.hospital.units
    morning = due(units.values(), scene.now)
    confirming = [unit for code, unit in units.items() if unit.pk in morning.unit_ids and code != SILENT]
    last = min(morning.until, scene.now)
    for rank, unit in enumerate(confirming):
        at = last - (len(confirming) - rank) * 3 * A_MINUTE
        confirmations.confirm(unit=unit, doubts=2 if not rank else 0, by=scene.amh(unit), at=at)
