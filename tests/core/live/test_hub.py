import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg2
import pytest
import redis
from django.db import DatabaseError, connection
from django.utils import timezone

from amh.core.actions import accounts, sessions
from amh.core.live import bell, hub
from amh.core.models import Session
from amh.core.roles import Role


def wait_until(met: Callable[[], bool], *, within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def card(ref: int) -> str:
    return f"<b>\nporte {ref}\n</b>"


def test_a_change_reaches_every_screen_from_one_reading(site, session, touch, doors) -> None:
    screens = [site.watch(session=session) for _ in range(10)]
    touch(1, 2)
    for screen in screens:
        screen.cards(card(1), card(2))
    assert doors.collected == [{1, 2}]
    assert len(doors.composed) == 1


def test_a_late_commit_reaches_the_screens(site, session, touch, elsewhere) -> None:
    stream = site.watch(session=session)
    elsewhere.touch(1)
    touch(2)
    stream.cards(card(2))
    elsewhere.commit()
    bell.ring()
    stream.cards(card(1))


def test_a_screen_that_left_in_the_middle_misses_nothing(site, session, touch, elsewhere) -> None:
    stream = site.watch(session=session)
    elsewhere.touch(1)
    touch(2)
    position = stream.take("card").id
    stream.close()
    elsewhere.commit()
    site.open(session=session, Last_Event_ID=position).cards(card(1), card(2))


@pytest.mark.parametrize("outage", ["stopped", "wiped", "replaced"])
def test_changes_arrive_whatever_happens_to_redis(site, session, touch, bell_server, outage: str) -> None:
    stream = site.watch(session=session)
    if outage == "wiped":
        with redis.Redis.from_url(bell_server.url) as client:
            client.flushall()
    else:
        bell_server.stop()
    if outage == "replaced":
        bell_server.start()
    touch(1)
    stream.cards(card(1), within=6)
    if outage == "stopped":
        bell_server.start()
    touch(2)
    stream.cards(card(2), within=6)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "BEAT", 0.5)
    monkeypatch.setattr(hub, "RECONCILE", 0.5)


def test_beats_go_on(brisk, site, session) -> None:
    stream = site.watch(session=session)
    assert stream.take("beat").facts["stale"] is False


def test_who_leaves_is_forgotten(site, session) -> None:
    streams = [site.watch(session=session) for _ in range(3)]
    assert len(site.application.hub) == 3
    for stream in streams:
        stream.close()
    wait_until(lambda: len(site.application.hub) == 0)


def test_a_slow_screen_is_closed_and_the_others_go_on(site, session, touch, doors) -> None:
    doors.padding = "x" * 30_000
    fast = site.watch(session=session)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", site.port))
    slow.sendall(f"GET /live/portes HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n".encode())
    wait_until(lambda: len(site.application.hub) == 2)
    first = 1
    while len(site.application.hub) == 2:
        refs = range(first, first + 100)
        touch(*refs)
        fast.cards(*(card(ref) + doors.padding for ref in refs))
        first += 100
    touch(first)
    fast.cards(card(first) + doors.padding)
    slow.close()


@pytest.mark.parametrize("end", ["log-out", "lock", "silence", "role", "account"])
def test_a_right_that_ends_closes_the_stream(site, session, manager, settings, end: str) -> None:
    settings.LIVE_RECHECK_SECONDS = 0.5
    stream = site.watch(session=session)
    match end:
        case "log-out":
            Session.objects.all().delete()
        case "lock":
            sessions.lock(key=session, at=timezone.now())
        case "silence":
            Session.objects.update(seen_at=timezone.now() - timedelta(hours=1))
        case "role":
            identity = {"last_name": "A", "first_name": "", "email": ""}
            accounts.change(user=manager, role=Role.HOUSEKEEPING, **identity, by=None, at=timezone.now())
        case "account":
            accounts.close(user=manager, by=None, at=timezone.now())
    assert stream.rest()[-1] == "bye"
    assert site.open(session=session).status in {401, 403}
    wait_until(lambda: len(site.application.hub) == 0)


def test_another_view_of_things_loads_the_page_again(site, session, manager, settings) -> None:
    settings.LIVE_RECHECK_SECONDS = 0.5
    stream = site.watch(session=session)
    manager.last_name = "B"
    manager.save()
    stream.take("reset")


def test_a_topic_that_cannot_be_shown_loads_the_page_again(site, session, touch, doors, caplog) -> None:
    stream = site.watch(session=session)
    doors.broken = ValueError("The doors are broken")
    touch(1)
    stream.take("reset")
    doors.broken = None
    touch(2)
    stream.cards(card(2))


def test_a_database_that_dies_amid_an_answer_is_away_and_loads_no_page_again(
    brisk, site, session, touch, doors
) -> None:
    stream = site.watch(session=session)
    died = DatabaseError("server closed the connection unexpectedly")
    died.__cause__ = psycopg2.DatabaseError("server closed the connection unexpectedly")
    doors.broken = died
    touch(1)
    while stream.take("beat").facts["stale"] is False:
        pass
    doors.broken = None
    first = stream.take("card")
    assert first.text == card(1)


def test_a_server_that_stops_ends_its_streams_at_once(site, session) -> None:
    stream = site.watch(session=session)
    site.server.servers[0].get_loop().call_soon_threadsafe(site.application.hub.close)
    assert "bye" not in stream.rest()
    late = site.open(session=session)
    assert late.rest() == []


def test_a_site_that_has_stopped_leaves_no_thread(site, session) -> None:
    site.watch(session=session)
    site.stop()
    wait_until(lambda: not any(thread.name.startswith("live-") for thread in threading.enumerate()))


@pytest.fixture
def outage() -> Iterator[Callable[[bool], None]]:
    """Shut the database to everyone but the test itself, and open it again."""
    name = connection.settings_dict["NAME"]
    own = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key not in {"dbname", "cursor_factory"}
    }
    keeper = psycopg2.connect(dbname="postgres", **own)
    keeper.autocommit = True

    def shut(away: bool) -> None:
        with keeper.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {not away}')
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s AND %s",
                [name, connection.connection.info.backend_pid, away],
            )

    yield shut
    shut(False)
    keeper.close()


def test_a_database_that_is_away_is_said_and_caught_up_with(brisk, site, session, touch, outage) -> None:
    stream = site.watch(session=session)
    connection.ensure_connection()
    outage(True)
    seen = stream.take("beat")
    while not seen.facts["stale"]:
        seen = stream.take("beat")
    assert stream.take("beat").facts["at"] == seen.facts["at"]
    refused = site.open(session=session)
    assert (refused.status, refused.response.headers["Retry-After"]) == (503, "5")
    touch(1)
    outage(False)
    stream.cards(card(1))
    assert stream.take("beat").facts["stale"] is False
