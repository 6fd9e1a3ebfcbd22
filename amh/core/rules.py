"""Who may: the one reading of the table of roles."""

from typing import Protocol

from django.utils.translation import gettext as _

from amh.core.errors import Denied
from amh.core.roles import ROLES, Permission, Scope


class Actor(Protocol):
    """What a rule needs to know of a person: role, and the ids of the units of which they are a member."""

    role: str
    is_active: bool

    @property
    def unit_ids(self) -> frozenset[int]: ...


def scope(actor: Actor, permission: Permission) -> Scope | None:
    """Tell where ``actor`` holds ``permission``: own units, the hospital, or nowhere (``None``)."""
    return ROLES.get(actor.role, {}).get(permission) if actor.is_active else None


def may(actor: Actor, permission: Permission, *, unit_id: int | None = None) -> bool:
    """Tell whether ``actor`` holds ``permission`` in the unit; without a unit, in the whole hospital."""
    match scope(actor, permission):
        case Scope.HOSPITAL:
            return True
        case Scope.OWN_UNITS:
            return unit_id in actor.unit_ids
    return False


def check(actor: Actor | None, permission: Permission, *, unit_id: int | None = None) -> None:
    """Raise ``Denied`` unless ``actor`` holds ``permission`` in the unit.

    ``None`` is the hospital's own systems (the message feed, a periodic job): their right was checked at the door.
    """
    if actor is not None and not may(actor, permission, unit_id=unit_id):
        here = _("Votre rôle ne permet pas cette action dans cette unité.")
        raise Denied(here if unit_id is not None else _("Votre rôle ne permet pas cette action."), code="denied")
