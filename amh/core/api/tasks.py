from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from amh.core.api import idempotency
from amh.core.models import TokenFailure

KEPT = timedelta(days=1)


@shared_task(name="core.idempotency.prune")
def prune() -> None:
    """Forget the idempotency keys of more than a day ago."""
    idempotency.prune(before=timezone.now() - KEPT)


@shared_task(name="core.tokens.prune")
def prune_failures() -> None:
    """Forget which addresses showed unknown tokens more than a day ago."""
    TokenFailure.objects.filter(since__lt=timezone.now() - KEPT).delete()
