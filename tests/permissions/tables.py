"""What the table of roles says of a door: the only source of what the visits expect."""

from collections.abc import Collection
from typing import Any

from amh.core.permissions import Door, Kind, doors
from amh.core.roles import ROLES, Permission, Role, Scope
from tests.permissions.addresses import bound, needed
from tests.permissions.conftest import Position

DOORS = [door for door in doors() if door.kind != Kind.STREAM and door.permissions is not None]
DENIED = frozenset({401, 403, 404, 423})
THERE = frozenset({Position.OWN, Position.COVERED})
"""Where somebody works at this moment."""


def held(role: Role, *, there: bool) -> set[Permission]:
    """The permissions of a trade in a unit: one where the person works, or another one."""
    return {permission for permission, scope in ROLES[role].items() if there or scope == Scope.HOSPITAL}


def where(role: Role, permission: Permission) -> set[Position]:
    """The units in which a trade has a permission."""
    return {position for position in Position if permission in held(role, there=position in THERE)}


def opens(door: Door, permissions: Collection[Permission]) -> bool:
    """Whether these permissions are enough for the door and for what is behind it."""
    return opens_at_all(door, permissions) and set(permissions) >= set(needed(door))


def opens_at_all(door: Door, permissions: Collection[Permission]) -> bool:
    """Whether these permissions are enough for the door itself."""
    return not door.permissions or bool(set(permissions) & set(door.permissions))


def role_for(door: Door) -> Role:
    """A trade that may do what is behind the door, where it works."""
    return next(role for role in Role if opens(door, ROLES[role]))


def may(door: Door, role: Role, position: Position) -> bool:
    """Whether a trade may do what is behind the door, in that unit."""
    return opens(door, held(role, there=not bound(door) or position in THERE))


def refused(answer: Any) -> bool:
    """Whether an answer refuses: by a status, or because what a body names is nothing that the person may know."""
    return answer.status_code in DENIED or (answer.status_code == 422 and tells(answer, "unknown_reference"))


def tells(answer: Any, words: str) -> bool:
    """Whether an answer holds these words."""
    return words.encode() in answer.content
