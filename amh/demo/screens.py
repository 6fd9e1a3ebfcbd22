"""The wall screens of the demonstration hospital: one, described and not installed yet."""

from amh.demo.scenes import Scene
from wards.actions import screens
from wards.models import Theme


def hang(scene: Scene) -> None:
    """A screen for the bed managers, which shows every unit."""
    said: screens.Description = {"name": "Cellule de gestion des lits", "theme": Theme.DARK, "page_seconds": 20}
    screens.create(said=said, by=scene.staff.users["admin"], at=scene.clock.day(-30, 10))
