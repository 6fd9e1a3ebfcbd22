"""Who may: the one reading of the table of roles."""

from typing import Protocol

from django.utils.translation import gettext as _

from amh.core.entitlements import Posting
from amh.core.errors import Denied
from amh.core.roles import ROLES, Permission, Scope


class Actor(Protocol):
    """What a rule needs to know of a person: their role, where they work, and what their token is limited to."""

    role: str
    is_active: bool
    limited_to: frozenset[str] | None

    @property
    def posting(self) -> Posting: ...

    @property
    def exceptions(self) -> frozenset[int]: ...


def scope(actor: Actor, permission: Permission) -> Scope | None:
    """Tell where ``actor`` holds ``permission``: units of theirs, the hospital, or nowhere (``None``).

    A duty (on call) lends its role beside the person's own while it lasts.
    """
    if not actor.is_active or (actor.limited_to is not None and permission not in actor.limited_to):
        return None
    own = ROLES.get(actor.role, {}).get(permission)
    if own == Scope.HOSPITAL:
        return own
    lent = _lent(actor, permission)
    if None in lent:
        return Scope.HOSPITAL
    return Scope.OWN_UNITS if own or lent else None


def held(actor: Actor) -> frozenset[Permission]:
    """What ``actor`` may do in some unit at least: all that has a ``scope``, told at once."""
    if not actor.is_active:
        return frozenset()
    roles = {actor.role, *(role for role, _unit_id in actor.posting.duties)}
    every = (permission for role in roles for permission in ROLES.get(role, {}))
    return frozenset(one for one in every if actor.limited_to is None or one in actor.limited_to)


def units(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """Ids of the units in which ``actor`` holds ``permission``; ``None`` is the whole hospital."""
    match scope(actor, permission):
        case Scope.HOSPITAL:
            return None
        case Scope.OWN_UNITS:
            own = actor.posting.units if permission in ROLES.get(actor.role, {}) else frozenset()
            return own | {unit_id for unit_id in _lent(actor, permission) if unit_id is not None}
    return frozenset()


def _lent(actor: Actor, permission: Permission) -> set[int | None]:
    return {unit_id for role, unit_id in actor.posting.duties if permission in ROLES.get(role, {})}


def may(actor: Actor, permission: Permission, *, unit_id: int | None = None) -> bool:
    """Tell whether ``actor`` holds ``permission`` in the unit; without a unit, in the whole hospital."""
    where = units(actor, permission)
    return where is None or unit_id in where


def opened(actor: Actor, *, patient_id: int) -> bool:
    """Tell whether ``actor`` opened this patient's record by an exceptional access that still runs (SEC-3)."""
    return actor.is_active and patient_id in actor.exceptions


def check(actor: Actor | None, permission: Permission, *, unit_id: int | None = None) -> None:
    """Raise ``Denied`` unless ``actor`` holds ``permission`` in the unit.

    ``None`` is the hospital's own systems (the message feed, a periodic job): their right was checked at the door.
    """
    if actor is not None and not may(actor, permission, unit_id=unit_id):
        here = _("Votre rôle ne permet pas cette action dans cette unité.")
        raise Denied(here if unit_id is not None else _("Votre rôle ne permet pas cette action."), code="denied")


def check_somewhere(actor: Actor, *permissions: Permission) -> None:
    """Raise ``Denied`` unless ``actor`` holds one of these permissions in some unit at least."""
    if all(scope(actor, permission) is None for permission in permissions):
        raise Denied(_("Votre rôle ne permet pas cette action."), code="denied")
