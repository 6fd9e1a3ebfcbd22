from celery import current_app, shared_task
from django.utils import timezone

from amh.core import heartbeats
from amh.core.deliveries import queue, sweeps


@shared_task(name=queue.SWEEP)
def sweep(label: str | None = None) -> None:
    """Send what is due: of the model ``label`` when it was just written, of every kind when beat asks.

    All kinds together take at most half the longest life of a task.
    """
    kinds = queue.kinds()
    if label:
        sweeps.sweep(kinds[label])
        return
    for model in kinds.values():
        sweeps.sweep(model, limit=1000, seconds=current_app.conf.task_time_limit / 2 / len(kinds))
    heartbeats.show("deliveries", at=timezone.now())
