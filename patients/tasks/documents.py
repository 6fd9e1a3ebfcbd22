from celery import shared_task
from django.utils import timezone

from patients.actions import documents


@shared_task(name="patients.documents.sweep")
def sweep() -> None:
    """Delete the stored files that never became documents."""
    documents.sweep(at=timezone.now())
