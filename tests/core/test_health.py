from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core import health, heartbeats

pytestmark = pytest.mark.django_db(transaction=True)


def test_readiness_names_what_does_not_answer(client: Client) -> None:
    heartbeats.forget()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["failing"] == ["worker", "beat"]
    assert response["Cache-Control"].startswith("max-age=0")


def test_beat_answers_while_its_last_sign_is_fresh() -> None:
    now = timezone.now()
    heartbeats.show("beat", at=now - health.FRESH + timedelta(seconds=5))
    assert health.beat()
    heartbeats.show("beat", at=now - health.FRESH - timedelta(seconds=5))
    assert not health.beat()


def test_metrics_tell_the_age_of_each_sign_of_life(client: Client) -> None:
    heartbeats.show("beat", at=timezone.now() - timedelta(seconds=30))
    text = client.get("/metrics").content.decode()
    age = next(line for line in text.splitlines() if line.startswith('amh_heartbeat_age_seconds{name="beat"}'))
    assert 30 <= float(age.split()[-1]) < 60
    assert "process_resident_memory_bytes" in text


def test_health_pages_only_read(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
    assert client.post("/metrics").status_code == 405
