import itertools

import pytest
from django.db import IntegrityError, transaction

from amh.core.errors import Conflict
from amh.core.models import DeliveryState
from amh.core.models.deliveries import DELIVERY_TRANSITIONS
from amh.interop.models import FeedAlert
from tests.core.deliveries.rows import SINCE, Enter, states

PAIRS = list(itertools.product(DeliveryState, DeliveryState))
VALUES = {DeliveryState.SENDING: {"lease_until": SINCE}, DeliveryState.SENT: {"sent_at": SINCE}}


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if not DELIVERY_TRANSITIONS.allows(*pair)])
def test_a_pair_that_is_not_in_the_table_is_refused(enter: Enter, old: DeliveryState, new: DeliveryState) -> None:
    delivery = enter()
    FeedAlert.objects.update(state=old, **VALUES.get(old, {}))
    delivery.refresh_from_db()
    with pytest.raises(Conflict):
        delivery.become(new, **VALUES.get(new, {}))
    assert states() == [old]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": DeliveryState.SENDING},
        {"state": DeliveryState.SENT},
        {"lease_until": SINCE},
        {"sent_at": SINCE},
        {"idempotency_key": "essai:2"},
    ],
    ids=lambda change: "-".join(map(str, change.items())),
)
def test_the_database_refuses_by_itself(enter: Enter, change: dict[str, object]) -> None:
    delivery = enter()
    enter()
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedAlert.objects.filter(pk=delivery.pk).update(**change)
