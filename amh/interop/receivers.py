from collections.abc import Collection
from datetime import datetime

from django.dispatch import receiver

from amh.core import silences
from amh.interop.actions import sendings
from amh.interop.queries.senders import silent
from patients import events

silences.register(silent)


@receiver(events.ledger_changed)
def tell(*, movement_ids: Collection[int], instead_of: int | None, at: datetime, **_: object) -> None:
    """What was done here is told to those who want to hear of it."""
    sendings.tell(movement_ids=movement_ids, instead_of=instead_of, at=at)


@receiver(events.discharge_expected)
def tell_expected(*, said_id: int, at: datetime, **_: object) -> None:
    """An exit that became sure, or is so no more."""
    sendings.tell_expected(said_id=said_id, at=at)
