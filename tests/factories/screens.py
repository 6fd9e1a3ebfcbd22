"""Wall screens."""

from itertools import count

from tests.factories.clocks import NOW
from wards.actions import screens
from wards.actions.screens import Installed
from wards.models import Screen, Unit

numbers = count(1)


def a_screen(*units: Unit, **said: object) -> Screen:
    """A screen that shows ``units``, not installed yet."""
    known = {"name": f"Écran {next(numbers)}", "units": units}
    return screens.create(said=known | said, by=None, at=NOW)


def installed(screen: Screen) -> Installed:
    """The same, installed: its key opens it."""
    coded = screens.give_code(screen=screen, by=None, at=NOW)
    return screens.install(code=coded.code, at=NOW)
