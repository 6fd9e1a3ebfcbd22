import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from celery import current_app
from django.db import transaction

from amh.core import jobs


@pytest.fixture(autouse=True)
def listening_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_silent_until", 0.0)


@contextmanager
def broker_away() -> Iterator[None]:
    """Let the application speak to a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    usual = current_app.conf.broker_url
    current_app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    current_app.pool.force_close_all()
    current_app.__dict__.pop("amqp", None)
    try:
        yield
    finally:
        current_app.conf.broker_url = usual


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
