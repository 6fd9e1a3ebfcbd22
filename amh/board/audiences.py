"""Who sees which names: everyone of one audience gets the very same bytes."""

from dataclasses import dataclass

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission

DOOR = (Permission.VIEW_BOARD, Permission.VIEW_WALL)
"""Either opens the board and its stream; without the first, as a wall screen."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A language, the units whose patients are shown by name (``None``: the whole hospital), and patients elsewhere
    whose record was opened by an exceptional access. On a ``wall`` nobody is named and nothing can be opened; it shows
    the units ``on_wall`` alone (``None``: all of them).
    """

    language: str
    units: frozenset[int] | None
    patients: frozenset[int] = frozenset()
    wall: bool = False
    on_wall: frozenset[int] | None = None

    def shows(self, unit_id: int) -> bool:
        """Tell whether the unit is on the page at all."""
        return self.on_wall is None or unit_id in self.on_wall

    def sees(self, unit_id: int, patient_id: int | None = None) -> bool:
        """Tell whether the names of this unit, or of this patient of it, are shown."""
        return self.units is None or unit_id in self.units or patient_id in self.patients


def audience(actor: User, *, language: str, wall: bool = False) -> Audience:
    """The audience of a person; a wall screen shows no name to anybody, and is all that its own account gets.

    A screen that was given units shows these; a person sees those that the address asks for, like on any board.
    """
    if is_wall(actor):
        return Audience(language, frozenset(), wall=True, on_wall=actor.posting.units or None)
    if wall:
        return Audience(language, frozenset(), wall=True)
    units = rules.units(actor, Permission.VIEW_PATIENT)
    return Audience(language, units, frozenset() if units is None else actor.exceptions)


def is_wall(actor: User) -> bool:
    """Tell whether the account opens the wall screen and nothing else of the board."""
    return not rules.may(actor, Permission.VIEW_BOARD)
