from datetime import datetime

from django.dispatch import receiver

from amh.core.models import Delivery
from patients import events
from patients.actions import tasks


@receiver(events.delivery_failed)
def ask_about(*, delivery: Delivery, at: datetime, **_: object) -> None:
    """What will not leave by itself is work for somebody."""
    tasks.ask_about_delivery(delivery=delivery, at=at)
