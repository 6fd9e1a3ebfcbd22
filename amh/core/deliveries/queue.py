"""What people and actions do with deliveries: have one sent, take it back, have it tried again."""

from datetime import datetime
from typing import Any, TypeVar, cast

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from amh.core import audit, jobs
from amh.core.errors import Conflict
from amh.core.models import Delivery, DeliveryState, User
from amh.core.transactions import act

SWEEP = "core.deliveries.sweep"

Row = TypeVar("Row", bound=Delivery)


def kinds() -> dict[str, type[Delivery]]:
    """Every model whose rows leave the hospital, by label (``interop.FeedAlert``)."""
    return {model.label(): model for model in apps.get_models() if issubclass(model, Delivery)}


@transaction.atomic
def enter(model: type[Row], *, key: str, due_at: datetime, **fields: Any) -> tuple[Row, bool]:
    """Have a thing sent when ``due_at`` comes, and tell whether it is new: the same ``key`` is never entered twice.

    A worker is woken once the running transaction is committed.
    """
    delivery, is_new = model.objects.get_or_create(idempotency_key=key, defaults={"due_at": due_at, **fields})
    if is_new:
        _wake(model)
    return cast("Row", delivery), is_new


@act
def cancel(delivery: Delivery, *, by: User | None, at: datetime) -> None:
    """Take back what has not left, or close what failed and a person has settled otherwise.

    Raises ``Conflict`` when it has left, or may be leaving at this moment.
    """
    _lock(delivery).become(DeliveryState.CANCELLED)
    audit.record("delivery.cancel", subject=delivery, by=by, at=at)


@act
def retry(delivery: Delivery, *, by: User | None, at: datetime) -> None:
    """Undo a final failure: start again at the first attempt.

    Raises ``Conflict`` when there is no such failure or it is too late.
    """
    held = _lock(delivery)
    if held.expires_at and held.expires_at <= at:
        raise Conflict(_("Il est trop tard pour cet envoi."), code="too_late")
    held.become(DeliveryState.PENDING, due_at=at, attempts=0)
    audit.record("delivery.retry", subject=delivery, by=by, at=at)
    _wake(type(delivery))


def _lock(delivery: Delivery) -> Delivery:
    return type(delivery).objects.select_for_update().get(pk=delivery.pk)


def _wake(model: type[Delivery]) -> None:
    jobs.enqueue(SWEEP, model.label())
