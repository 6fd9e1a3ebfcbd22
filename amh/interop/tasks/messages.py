from celery import shared_task
from django.utils import timezone

from amh.interop.actions import messages

MOST = 200
"""Messages of one sweep, which must end before the time limit of a task, however many wait."""


@shared_task(name="interop.messages.sweep")
def sweep() -> None:
    """Apply what was stored and not applied, because the process that received it was stopped in between."""
    messages.apply_waiting(clock=timezone.now, most=MOST)
