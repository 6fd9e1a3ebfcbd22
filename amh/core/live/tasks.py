from celery import shared_task
from django.utils import timezone

from amh.core.live import feed


@shared_task(name="core.live.prune")
def prune() -> None:
    """Forget the changes of more than a day ago."""
    feed.prune(at=timezone.now())
