"""Rights for a time: a duty on call lends its own in one unit, an exceptional access opens one record; and people who
are protected are named to nobody who has none.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from amh.core import roles
from amh.core.models import User
from amh.core.permissions import Door
from amh.core.roles import ROLES, Permission, Role, Scope
from patients.models import Patient, Stay
from tests.expectations import undone
from tests.lengths import some
from tests.permissions.addresses import UNBOUND, bound, nouns, visit
from tests.permissions.conftest import Hospital, Position, an_access
from tests.permissions.tables import DOORS, opens, opens_at_all, refused, tells
from tests.permissions.worlds import HOUR, World
from wards.models import Duty, DutyKind

pytestmark = pytest.mark.django_db

BOUND = some([door for door in DOORS if bound(door)])
"""The doors that are about a unit or a record; in a short run a third of them."""
STATE_FIRST = {door for door in DOORS if door.address.endswith("/reconcile/")}
"""Acts that tell whoever may read the stay of its state before they ask for the right to act, which the state names."""
WHOLE = {door for door in DOORS if door.name.startswith(("patients:identifiers", "api:identifiers", "api:patients"))}
"""Acts on an identity, which is of no unit: the right to register is asked for the whole hospital."""
RECORD = {
    *("patient", "contact", "correspondent", "consent", "flag", "identifier", "document", "fact", "merge", "stay"),
    *("placement", "movement", "unit"),
}
"""What an exceptional access opens: the record of the patient, in all its parts."""
NAMING = {"patients:accesses-ask", "patients:journals-report", "patients:accesses-review"}
OPENED = ("/patients/<int:pk>/", "/documents/<int:pk>/")
"""Where a record is opened, but for the page that asks for an exceptional access."""
READING = [door for door in BOUND if door.method in {"", "GET"} and door.name not in NAMING]


def goes(hospital: Hospital, role: Role, door: Door, world: World) -> Any:
    """The answer to a visit; by POST to a page that acts, by GET to the others."""
    visitor, step = hospital.visitors[role], visit(door, world, role, at=hospital.at)
    answer = visitor.goes(step, door.method or "POST")
    return visitor.goes(step, "GET") if answer.status_code == 405 else answer


@contextmanager
def on_call(user: User, hospital: Hospital) -> Iterator[None]:
    spell = {"starts_at": hospital.at - HOUR, "ends_at": hospital.at + HOUR, "entered_at": hospital.at - HOUR}
    with undone():
        Duty.objects.create(kind=DutyKind.NIGHT_CADRE, user=user, unit=hospital.worlds[Position.OTHER].unit, **spell)
        yield


@pytest.mark.parametrize("position", [Position.OTHER, Position.ENDED])
def test_a_duty_in_one_unit_lends_its_rights_there_only(position: Position, hospital: Hospital):
    lent = set(ROLES[Role.ON_CALL]) if position == Position.OTHER else set()
    held = lent | hospital_wide(Role.NURSE)
    those = [door for door in BOUND if opens(door, ROLES[Role.ON_CALL]) and door not in WHOLE]
    faults = []
    with on_call(hospital.visitors[Role.NURSE].user, hospital):
        for door in those:
            answer = goes(hospital, Role.NURSE, door, hospital.worlds[position])
            if refused(answer) == opens(door, held):
                faults.append(f"{door.method} {door.address}: {answer.status_code}")
    assert faults == []


@contextmanager
def opened(hospital: Hospital, noun: str, *, minutes_left: int) -> Iterator[World]:
    """The other unit, a record of which a physician of elsewhere has opened for so long from now."""
    world, user = hospital.worlds[Position.OTHER], hospital.visitors[Role.PHYSICIAN].user
    with undone():
        ends_at = hospital.at + timedelta(minutes=minutes_left)
        an_access(user, world.ids[noun], starts_at=hospital.at - 2 * HOUR, ends_at=ends_at)
        yield world


def unexpected(hospital: Hospital, world: World, held: set[Permission], those: Iterable[Door]) -> list[str]:
    """Those doors of the other unit that do not answer a physician who holds these permissions on the record."""
    faults = []
    for door in those:
        lent = held if set(nouns(door)) - UNBOUND <= RECORD else set()
        answer = goes(hospital, Role.PHYSICIAN, door, world)
        if refused(answer) == opens(door, lent | hospital_wide(Role.PHYSICIAN)):
            faults.append(f"{door.method} {door.address}: {answer.status_code}")
    return faults


def hospital_wide(role: Role) -> set[Permission]:
    return {permission for permission, scope in ROLES[role].items() if scope == Scope.HOSPITAL}


def test_an_exceptional_access_opens_that_record_and_nothing_else(hospital: Hospital):
    with opened(hospital, "patient", minutes_left=60) as world:
        held = roles.RECORD & set(ROLES[Role.PHYSICIAN])
        those = [door for door in BOUND if opens_at_all(door, ROLES[Role.PHYSICIAN]) and door not in STATE_FIRST]
        assert unexpected(hospital, world, held, those) == []


@pytest.mark.parametrize(("noun", "minutes_left"), [("patient", -1), ("alike", 60)])
def test_an_access_that_is_over_or_another_opens_nothing(noun: str, minutes_left: int, hospital: Hospital):
    with opened(hospital, noun, minutes_left=minutes_left) as world:
        of_records = [door for door in BOUND if roles.RECORD & set(door.permissions or ())]
        assert unexpected(hospital, world, set(), of_records) == []


HIDING = {
    "the person": lambda world: Patient.objects.filter(birth_name__endswith=world.sign).update(protected=True),
    "the stay": lambda world: Stay.objects.filter(unit=world.unit).update(protected=True),
}


@pytest.mark.parametrize("hide", HIDING.values(), ids=HIDING)
def test_who_is_protected_is_named_to_nobody_and_opens_to_nobody(hide: Callable[[World], int], hospital: Hospital):
    world, faults = hospital.worlds[Position.OWN], []
    with undone():
        hide(world)
        for door in READING:
            answer = hospital.visitors[Role.TEAM_LEAD].goes(visit(door, world, Role.TEAM_LEAD, at=hospital.at), "GET")
            if tells(answer, world.sign) or (
                door.address.startswith(OPENED) and not refused(answer) and answer.status_code != 405
            ):
                faults.append(f"{door.method} {door.address}: {answer.status_code}")
    assert faults == []
