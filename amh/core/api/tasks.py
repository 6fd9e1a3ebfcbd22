from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from amh.core.api import idempotency

KEPT = timedelta(days=1)


@shared_task(name="core.idempotency.prune")
def prune() -> None:
    """Forget the idempotency keys of more than a day ago."""
    idempotency.prune(before=timezone.now() - KEPT)
