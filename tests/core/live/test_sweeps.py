from datetime import UTC, datetime, timedelta

from django.db import transaction

from amh.core import heartbeats
from amh.core.live import feed
from amh.core.live.sweeps import sweep
from amh.core.models import Heartbeat

EVENING = datetime(2026, 11, 21, 23, 58, tzinfo=UTC)


def test_midnight_enters_the_feed_once(transactional_db, doors) -> None:
    assert sweep(doors, at=EVENING) == 0
    start = feed.here()
    assert sweep(doors, at=EVENING + timedelta(minutes=1)) == 0
    assert sweep(doors, at=EVENING + timedelta(minutes=2)) == 1
    assert sweep(doors, at=EVENING + timedelta(minutes=2)) == 0
    assert feed.since(start).refs == {"doors": {1}}


def test_a_night_without_sweeps_is_made_up_for(transactional_db, doors) -> None:
    sweep(doors, at=EVENING)
    assert sweep(doors, at=EVENING + timedelta(hours=8)) == 1


def test_what_is_no_longer_there_is_announced_too(transactional_db, doors) -> None:
    doors.closing_at = EVENING + timedelta(hours=1)
    sweep(doors, at=EVENING)
    start = feed.here()
    assert sweep(doors, at=EVENING + timedelta(hours=8)) == 2
    assert feed.since(start).refs == {"doors": {1, 3}}


def test_a_restart_across_midnight_still_announces_it(transactional_db, doors) -> None:
    heartbeats.show("beat", at=EVENING)
    sweep(doors, at=EVENING)
    heartbeats.forget()
    assert not heartbeats.is_fresh("beat", at=EVENING, within=timedelta(hours=1))
    assert sweep(doors, at=EVENING + timedelta(minutes=4)) == 1


def test_a_process_does_not_sweep_while_another_does(transactional_db, doors, elsewhere) -> None:
    sweep(doors, at=EVENING)
    with elsewhere.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_heartbeat WHERE name = 'live.portes' FOR UPDATE")
        with transaction.atomic():
            assert sweep(doors, at=EVENING + timedelta(hours=8)) == 0
    assert Heartbeat.objects.get(name="live.portes").at == EVENING
