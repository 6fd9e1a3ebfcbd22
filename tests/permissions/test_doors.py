"""Every address of the program, visited by those who may and by those who may not, in four units alike: who is let in,
who is named, and whether what people type stays text.

What is expected is computed from the table of roles, the permissions written on the door and ``NEEDED``: nothing else.
A short run visits a third of the doors; trades that hold the same rights at a door, and the units on loan, take turns.
In a thorough one every trade visits every door everywhere.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
from django.urls import resolve

from amh.core.permissions import Door, Kind
from amh.core.roles import ROLES, Permission, Role, Scope
from tests.lengths import THOROUGH, some
from tests.permissions.addresses import bound, needed, nouns, visit
from tests.permissions.conftest import Hospital, Position
from tests.permissions.markups import leads, slipped
from tests.permissions.tables import DOORS, may, opens_at_all, refused, tells, where

pytestmark = pytest.mark.django_db

NAMED = {door.name: door for door in DOORS if door.kind == Kind.PAGE}

USELESS: set[tuple[str, str]] = set()
"""Methods that an address does not take, as far as was seen."""


def areas() -> dict[str, list[Door]]:
    """The doors by what they are about, as their names begin."""
    found = defaultdict(list)
    for door in DOORS:
        found[door.name.split("-")[0]].append(door)
    return found


AREAS = areas()


def test_every_address_is_known():
    unknown = []
    for door in DOORS:
        try:
            nouns(door)
        except KeyError:
            unknown.append(f"{door.method} {door.address}".strip())
    assert unknown == [], "say in tests/permissions/addresses.py what these addresses are about"


@pytest.mark.parametrize("area", AREAS)
def test_a_door_lets_in_those_who_may_and_nobody_else(area: str, hospital: Hospital):
    faults = [fault for door in some(AREAS[area]) for role in visitors(door) for fault in _faults(door, role, hospital)]
    assert not faults, "\n".join(faults)


def visitors(door: Door) -> Iterator[Role]:
    """One trade of each kind: those who hold the very same rights at this door, and all that it takes behind it."""
    kinds = defaultdict(list)
    asked = [*(door.permissions or ()), *needed(door)]
    for role in Role:
        kinds[tuple(ROLES[role].get(permission) for permission in asked)].append(role)
    for roles in kinds.values():
        yield from roles if THOROUGH else [roles[_turn(door) % len(roles)]]


def _faults(door: Door, role: Role, hospital: Hospital) -> Iterator[str]:
    for position in _positions(door, role):
        step = visit(door, hospital.worlds[position], role, at=hospital.at)
        for method in _methods(door, role, position):
            answer = hospital.visitors[role].goes(step, method)
            said = f"{method} {door.address} answers {answer.status_code} to {role} in the {position} unit"
            if answer.status_code == 405:
                USELESS.add((door.address, method))
            elif not _as_expected(answer, door, role, position):
                yield said
            else:
                faults = [*_told(answer, door, role, hospital), *_ran(answer, door), *_misled(answer, role)]
                yield from (f"{said} and {fault}" for fault in faults)


def _as_expected(answer: Any, door: Door, role: Role, position: Position) -> bool:
    if not opens_at_all(door, ROLES[role]):
        return answer.status_code == 403
    if may(door, role, position):
        return answer.status_code < 500 and not refused(answer)
    return refused(answer)


def _told(answer: Any, door: Door, role: Role, hospital: Hospital) -> Iterator[str]:
    """Names of patients whom this trade may not know, wherever it stands; the journal is there to name them."""
    if Permission.VIEW_JOURNAL not in (door.permissions or ()):
        known = where(role, Permission.VIEW_PATIENT)
        secrets = [world.sign for position, world in hospital.worlds.items() if position not in known]
        yield from (f"names {sign}" for sign in secrets if tells(answer, sign))


def _ran(answer: Any, door: Door) -> Iterator[str]:
    """What somebody typed and a browser would run."""
    if answer.get("Content-Type", "").startswith("text/html"):
        yield from slipped(answer.text) if door.kind == Kind.PAGE else ["is a page"]


def _misled(answer: Any, role: Role) -> Iterator[str]:
    """Ways that a page offers to somebody before whom they would be shut; a program reads no page."""
    if role != Role.INTERFACE and answer.get("Content-Type", "").startswith("text/html"):
        ways = {NAMED.get(resolve(path).view_name) for path in leads(answer.text) if not path.startswith("/static/")}
        yield from (f"leads to {way.address}" for way in ways if way and not opens_at_all(way, ROLES[role]))


def _positions(door: Door, role: Role) -> list[Position]:
    """Where a visit tells something that another one does not; a short run takes turns between the units on loan."""
    if not opens_at_all(door, ROLES[role]):
        return [Position.OWN]
    asked = {*(door.permissions or ()), *needed(door)}
    if not bound(door) or all(ROLES[role].get(permission) != Scope.OWN_UNITS for permission in asked):
        return [Position.OTHER]
    on_loan = [Position.COVERED, Position.ENDED]
    return [Position.OWN, *(on_loan if THOROUGH else on_loan[_turn(door) % 2 :][:1]), Position.OTHER]


def _turn(door: Door) -> int:
    return crc32(f"{door.method}{door.address}".encode())


def _methods(door: Door, role: Role, position: Position) -> list[str]:
    """How the address is called; one way will do on loan, and in a short run for those who are not let in."""
    methods = [door.method] if door.method else ["POST", "GET"]
    known = [method for method in methods if (door.address, method) not in USELESS]
    whole = THOROUGH or opens_at_all(door, ROLES[role])
    return known if whole and position in {Position.OWN, Position.OTHER} else known[:1]
