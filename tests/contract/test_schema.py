"""Every operation of the interface, called with what its description allows and with what it forbids: no fault of the
program, no answer that is not described, whoever calls.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from amh.core.api.schema import document
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from tests.core.api import world

LIMITS = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
TOKEN = "contract"

RULED = [positive_data_acceptance, negative_data_rejection]
"""What the rules of the ward decide, not the shape: a bed that is held is refused; a number that stands for a word is
read as one."""

schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()


@pytest.fixture
def one_transaction():
    """Keep the connection of the test's transaction: a server closes its own after a request that failed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_transaction")
@schema.parametrize()
@LIMITS
def test_an_operation_answers_what_it_describes(case):
    if not ApiToken.objects.exists():
        user = User.objects.create_user("contract", role=Role.BED_MANAGER)
        ApiToken.objects.create(user=user, label="contract", digest=digest(TOKEN))
        world.lying(world.bed(world.unit()))
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, excluded_checks=RULED)
        transaction.set_rollback(True)
