from datetime import datetime

from django.dispatch import receiver

from amh.core.models import Delivery
from patients import events
from patients.actions import tasks
from wards.signals import unit_confirmed


@receiver(events.delivery_failed)
def ask_about(*, delivery: Delivery, at: datetime, **_: object) -> None:
    """What will not leave by itself is work for somebody."""
    tasks.ask_about_delivery(delivery=delivery, at=at)


@receiver(unit_confirmed)
def show_confirmed(*, unit_id: int, at: datetime, **_: object) -> None:
    """The head of a unit says when it last confirmed."""
    events.board_changed(units=[unit_id], at=at)
