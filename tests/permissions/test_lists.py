"""What is listed is what opens: in the interface, in the search, among the tasks, on the board and in its stream."""

from typing import Any

import pytest

from amh.core.live import topics, visitors
from amh.core.live.visitors import Visit
from amh.core.permissions import Door, Kind, doors
from amh.core.roles import ROLES, Permission, Role
from tests.permissions.addresses import NOUNS, UNBOUND
from tests.permissions.conftest import Hospital, Position
from tests.permissions.tables import tells, where

pytestmark = pytest.mark.django_db

BY_UNIT = {Permission.VIEW_PATIENT, Permission.VIEW_DOCUMENT, Permission.WORK_TASKS}
LISTS = [
    door
    for door in doors()
    if door.kind == Kind.REST
    and door.method == "GET"
    and NOUNS.get(door.address, next(iter(UNBOUND))) not in UNBOUND
    and BY_UNIT & set(door.permissions or ())
]
TRADES = [role for role in Role if ROLES[role].get(Permission.VIEW_PATIENT)]


@pytest.mark.parametrize("door", LISTS, ids=[door.address for door in LISTS])
def test_a_list_of_the_interface_holds_the_rows_that_open(door: Door, hospital: Hospital):
    for role in TRADES:
        if not set(door.permissions or ()) & set(ROLES[role]):
            continue
        noun, (permission,) = NOUNS[door.address], door.permissions or ()
        listed = {row["id"] for row in listing(hospital, role, door.address)}
        held = {position for position in Position if hospital.worlds[position].of(noun, role) in listed}
        assert held == where(role, permission), role


def listing(hospital: Hospital, role: Role, address: str) -> list[dict[str, Any]]:
    answer = hospital.visitors[role].client.get(address, {"page_size": 500})
    assert answer.status_code == 200
    assert answer.json()["next"] is None
    return answer.json()["results"]


@pytest.mark.parametrize("role", Role)
def test_the_board_names_the_patients_who_may_be_known(role: Role, hospital: Hospital):
    board = hospital.visitors[role].client.get("/lits/")
    for position, world in hospital.worlds.items():
        named = tells(board, world.sign)
        assert named == (position in where(role, Permission.VIEW_PATIENT)), position


@pytest.mark.parametrize("role", Role)
def test_a_stream_is_for_those_who_may_and_names_whom_they_may_know(role: Role, hospital: Hospital):
    visitor = hospital.visitors[role]
    for topic in topics.registered():
        (ruling,) = visitors.review([Visit(topic, visitor.cookies["sessionid"], "fr", {})])
        assert ruling.allowed == bool(set(topic.door) & set(ROLES[role]))
        if ruling.allowed:
            seen = {place for place, world in hospital.worlds.items() if ruling.audience.sees(world.unit.pk)}
            assert seen == where(role, Permission.VIEW_PATIENT)
