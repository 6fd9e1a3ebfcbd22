"""Who sees which names: everyone of one audience gets the very same bytes."""

from dataclasses import dataclass

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission


@dataclass(frozen=True, slots=True)
class Audience:
    """A language, the units whose patients are shown by name (``None``: the whole hospital), and patients elsewhere
    whose record was opened by an exceptional access.
    """

    language: str
    units: frozenset[int] | None
    patients: frozenset[int] = frozenset()

    def sees(self, unit_id: int, patient_id: int | None = None) -> bool:
        """Tell whether the names of this unit, or of this patient of it, are shown."""
        return self.units is None or unit_id in self.units or patient_id in self.patients


def audience(actor: User, *, language: str, wall: bool = False) -> Audience:
    """The audience of a person; a wall screen shows no name to anybody."""
    if wall:
        return Audience(language, frozenset())
    units = rules.units(actor, Permission.VIEW_PATIENT)
    return Audience(language, units, frozenset() if units is None else actor.exceptions)
