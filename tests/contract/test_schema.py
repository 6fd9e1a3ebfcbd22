"""Every operation of the interface, called with what its description allows and with what it forbids: no fault of the
program, no answer that is not described, whoever calls.

A run is short; a thorough one calls each operation often, and at the limits of each of its values too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from amh.core.api.schema import document
from amh.core.models import ApiToken, SavedView, User
from amh.core.models.tokens import digest
from amh.core.permissions import Door, Kind, doors
from amh.core.roles import ROLES, Role
from tests.lengths import THOROUGH
from tests.permissions.addresses import nouns, sent, visit
from tests.permissions.worlds import World, a_world

pytestmark = pytest.mark.django_db

LIMITS = settings(
    max_examples=25 if THOROUGH else 1,
    phases=[Phase.explicit, Phase.generate] if THOROUGH else [Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

PASSED_OVER = [positive_data_acceptance, negative_data_rejection, ignored_auth]
"""What the rules of the ward decide, not the shape: a bed that is held is refused; a number that stands for a word is
read as one. Who may call is proved by ``tests/permissions``.
"""

CALLERS = (Role.TEAM_LEAD, Role.ADMISSIONS_OFFICE, Role.ADMINISTRATOR, Role.DPO, Role.AMH, Role.INTERFACE)
"""Between them they may call everything."""

STRANGERS = 4
"""One number in so many is left as it was drawn: it names nothing."""

schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()


def shape(method: str, address: str) -> tuple[str, str]:
    """An address by which the description and the table of doors mean the same one."""
    return method.upper(), re.sub(r"[<{][^>}]*[>}]", "*", address)


DOORS = {shape(door.method, door.address): door for door in doors() if door.kind == Kind.REST}


@dataclass
class Callers:
    """A hospital with one of everything, and a token of each trade that calls."""

    world: World
    at: Any = field(default_factory=timezone.now)

    def caller(self, door: Door) -> Role:
        """The first trade that may."""
        return next(role for role in CALLERS if not door.permissions or set(door.permissions) & set(ROLES[role]))


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callers]:
    """Made once, in a transaction that leaves nothing."""
    with django_db_blocker.unblock(), translation.override("fr"), transaction.atomic():
        at = timezone.now()
        world = a_world("CONTRAT", at=at)
        world.ids.update(own_cover=world.ids["cover"], own_access=world.ids["access"])
        for role in CALLERS:
            user = User.objects.create_user(f"contract-{role}", role=role)
            ApiToken.objects.create(user=user, label="contract", digest=digest(role))
            view = SavedView.objects.create(user=user, page="board:list", name="essai", saved_at=at)
            world.ids.update({f"own_view:{role}": view.pk, "own_view": view.pk})
        yield Callers(world, at)
        transaction.set_rollback(True)


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """Keep the connection of the test's transaction: a server closes its own after a request that failed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_transaction")
@schema.parametrize()
@LIMITS
def test_an_operation_answers_what_it_describes(case: Any, callers: Callers):
    door = DOORS[shape(case.operation.method, case.operation.path)]
    role = callers.caller(door)
    aim(case, door, role, callers)
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {role}"}, excluded_checks=PASSED_OVER)
        transaction.set_rollback(True)


def aim(case: Any, door: Door, role: Role, callers: Callers) -> None:
    """Put rows that are there in the place of most of the numbers that were drawn."""
    for name, drawn in (case.path_parameters or {}).items():
        if is_number(drawn):
            case.path_parameters[name] = callers.world.of(nouns(door)[0], role)
    if isinstance(case.body, dict):
        there = visit(door, callers.world, role, at=callers.at).body
        for name, meant in sent(door).items():
            if str(meant).startswith(":") and is_number(case.body.get(name)):
                case.body[name] = there[name]


def is_number(drawn: Any) -> bool:
    """Tell whether something that was drawn is a number to be replaced."""
    return isinstance(drawn, int) and not isinstance(drawn, bool) and drawn % STRANGERS != 0
