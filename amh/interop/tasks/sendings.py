from celery import shared_task
from django.utils import timezone

from amh.interop.actions import receivers, sendings


@shared_task(name="interop.beds.follow")
def follow_beds() -> None:
    """Tell those who want to know it which beds are in another state than they last heard."""
    sendings.follow_beds(at=timezone.now())


@shared_task(name="interop.receivers.watch")
def watch_receivers() -> None:
    """Ask somebody to see to a receiver that does not answer any more."""
    receivers.watch(at=timezone.now())


@shared_task(name="interop.sendings.forget")
def forget() -> None:
    """Drop the text of messages that left long ago."""
    sendings.forget(at=timezone.now())
