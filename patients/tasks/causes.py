from celery import shared_task
from django.utils import timezone

from patients.actions import causes


@shared_task(name="patients.causes.follow")
def follow() -> None:
    """Ask for the work that stays need now, and settle what they need no more."""
    causes.follow(at=timezone.now())
