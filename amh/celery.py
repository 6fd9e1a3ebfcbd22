"""Background work. What must not be lost is a row; a task is only the bell that makes a worker look at it."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amh.settings")

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sign of life": {"task": "core.tasks.beat", "schedule": 15.0},
    "deliveries": {"task": "core.deliveries.sweep", "schedule": 15.0},
    "messages left": {"task": "interop.messages.sweep", "schedule": 15.0},
    "replays left": {"task": "interop.replays.run", "schedule": 15.0},
    "work that stays need": {"task": "patients.causes.follow", "schedule": 60.0},
    "silent feeds": {"task": "interop.feeds.watch", "schedule": 60.0},
    "beds to tell": {"task": "interop.beds.follow", "schedule": 15.0},
    "receivers away": {"task": "interop.receivers.watch", "schedule": 60.0},
    "old messages sent": {"task": "interop.sendings.forget", "schedule": 3600.0},
    "old changes": {"task": "core.live.prune", "schedule": 3600.0},
    "seals": {"task": "core.seals.seal", "schedule": crontab(hour=3, minute=20)},
    "files without a document": {"task": "patients.documents.sweep", "schedule": 3600.0},
    "old idempotency keys": {"task": "core.idempotency.prune", "schedule": 3600.0},
    "old log-ins": {"task": "core.sessions.prune", "schedule": 3600.0},
    "old unknown tokens": {"task": "core.tokens.prune", "schedule": 3600.0},
}
"""Every periodic job, by the name of its task (``<app>.<noun>.<verb>``); times are seconds or a crontab."""

# Running as root is the site's choice, and a task that is being sent must not be cancelled when the broker goes away.
for category in (CPendingDeprecationWarning, SecurityWarning):
    warnings.filterwarnings("ignore", category=category)

app = Celery("amh")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_schedule=BEAT_SCHEDULE,
    beat_scheduler="celery.beat:Scheduler",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=120,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    # A worker killed in mid-task gives it back after `visibility_timeout` seconds, which must exceed the time limit.
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
    },
    broker_connection_timeout=1,
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
)
app.autodiscover_tasks()
app.autodiscover_tasks(["amh.core.api", "amh.core.deliveries", "amh.core.live"])


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Leave logging as Django's settings say; without a receiver Celery would set up its own."""
