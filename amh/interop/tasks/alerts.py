from celery import shared_task
from django.utils import timezone

from amh.interop.actions import alerts


@shared_task(name="interop.feeds.watch")
def watch() -> None:
    """Wake the administrators when a watched sender has gone silent."""
    alerts.watch(at=timezone.now())
