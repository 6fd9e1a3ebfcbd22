"""Who sees which names: everyone of one audience gets the very same bytes."""

from dataclasses import dataclass

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission, Scope


@dataclass(frozen=True, slots=True)
class Audience:
    """A language and the units whose patients are shown by name; ``None`` is the whole hospital."""

    language: str
    units: frozenset[int] | None

    def sees(self, unit_id: int) -> bool:
        """Tell whether the names of this unit are shown."""
        return self.units is None or unit_id in self.units


def audience(actor: User, *, language: str, wall: bool = False) -> Audience:
    """The audience of a person; a wall screen shows no name to anybody."""
    match None if wall else rules.scope(actor, Permission.VIEW_PATIENT):
        case Scope.HOSPITAL:
            return Audience(language, None)
        case Scope.OWN_UNITS:
            return Audience(language, actor.unit_ids)
    return Audience(language, frozenset())
