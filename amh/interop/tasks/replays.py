from celery import shared_task
from django.utils import timezone

from amh.core import jobs
from amh.interop.actions import replays

BATCH = 200
"""Messages tried by one task: it ends long before a worker would stop it."""


@shared_task(name=replays.RUN)
def run() -> None:
    """Try again what people asked for, a batch at a time, until nothing waits."""
    if all(replays.step(at=timezone.now()) for _turn in range(BATCH)):
        jobs.enqueue(replays.RUN)
