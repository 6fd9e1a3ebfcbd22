import pytest
from celery import current_app

from amh.celery import BEAT_SCHEDULE
from amh.core import tasks
from amh.core.models import Heartbeat


@pytest.mark.django_db
def test_beat_shows_that_it_lives() -> None:
    tasks.beat()
    first = Heartbeat.objects.get(name="beat").at
    tasks.beat()
    assert Heartbeat.objects.get(name="beat").at > first


def test_every_periodic_job_exists() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_a_killed_worker_gives_its_task_back_after_it_would_have_been_ended() -> None:
    conf = current_app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]
