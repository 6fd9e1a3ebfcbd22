import os
import socket
import subprocess
import sys

import pytest
import redis
from django.conf import settings
from django.db import transaction

from amh.core import jobs


@pytest.fixture(autouse=True)
def listening_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_silent_until", 0.0)


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        with transaction.atomic():
            jobs.enqueue("core.tasks.beat")
            assert client.llen("celery") == 0
        assert client.llen("celery") == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_rings_for_what_was_undone(redis_url: str) -> None:
    with transaction.atomic():
        jobs.enqueue("core.tasks.beat")
        transaction.set_rollback(True)
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("celery") == 0


ACT = """
import django
django.setup()
from amh.core import jobs
for _ in range(3):
    jobs.enqueue("core.tasks.beat")
print("done")
"""


def test_an_act_goes_on_when_the_broker_is_away_and_asks_it_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    act = subprocess.run(
        [sys.executable, "-c", ACT],
        env=os.environ | {"REDIS_URL": f"redis://127.0.0.1:{nobody}/0"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert act.stdout == "done\n"
    assert act.stderr.count("core.tasks.beat waits for its sweep") == 1
