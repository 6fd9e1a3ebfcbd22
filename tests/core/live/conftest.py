import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest
import uvicorn
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.utils import timezone

from amh.core.live import feed, topics
from amh.core.live.endpoint import Application
from amh.core.live.topics import Event
from amh.core.models import User
from amh.core.roles import Role
from tests.core.live.streams import Stream
from tests.redis_servers import Server


class Doors:
    """A topic of doors, known by number and language; bed managers may watch."""

    name = "portes"
    source = "doors"
    door = ()

    def __init__(self) -> None:
        self.collected: list[set[int]] = []
        self.composed: list[Hashable] = []
        self.padding = ""
        self.broken: Exception | None = None
        self.closing_at: datetime | None = None

    def may_open(self, actor: User) -> bool:
        return actor.role == Role.BED_MANAGER

    def audience(self, actor: User, *, language: str, options: Mapping[str, str]) -> Hashable:
        return language, options.get("mode", ""), actor.last_name

    def collect(self, refs: Collection[int], *, at: datetime) -> list[int]:
        if self.broken:
            raise self.broken
        self.collected.append(set(refs))
        User.objects.exists()
        return sorted(refs)

    def compose(self, collected: list[int], audience: tuple[str, str, str]) -> Sequence[Event]:
        self.composed.append(audience)
        word = "door" if audience[0] == "en" else "porte"
        return [Event("card", f"<b>\n{word} {ref}\n</b>{self.padding}") for ref in collected]

    def fingerprints(self, *, at: datetime) -> Mapping[int, Hashable]:
        closing: dict[int, Hashable] = {3: "open"} if self.closing_at and at < self.closing_at else {}
        return closing | {1: at.date(), 2: "always"}


class Site:
    """A real server of the streams, in a thread, and those who watch it."""

    def __init__(self) -> None:
        self.application = Application()
        config = uvicorn.Config(
            self.application, port=0, lifespan="on", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.streams: list[Stream] = []

    @property
    def port(self) -> int:
        return self.server.servers[0].sockets[0].getsockname()[1]

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.01)

    def stop(self) -> None:
        for stream in self.streams:
            stream.close()
        self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()

    def open(self, path: str = "/live/portes", *, session: str = "", **headers: str) -> Stream:
        self.streams.append(Stream(self.port, path, session=session, **headers))
        return self.streams[-1]

    def watch(self, path: str = "/live/portes", *, session: str, **headers: str) -> Stream:
        """Open a stream and wait until it is served."""
        stream = self.open(path, session=session, **headers)
        stream.take("beat")
        return stream


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    topic = Doors()
    monkeypatch.setattr(topics, "_topics", {topic.name: topic})
    return topic


@pytest.fixture
def bell_server(tmp_path: Path, settings) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    settings.REDIS_URL = server.url
    yield server
    server.stop()
    server.place.wipe()


@pytest.fixture
def site(transactional_db, doors: Doors, bell_server: Server) -> Iterator[Site]:
    site = Site()
    site.start()
    yield site
    site.stop()


@pytest.fixture
def manager(transactional_db) -> User:
    return User.objects.create_user("lits", password=None, role=Role.BED_MANAGER, last_name="A")


@pytest.fixture
def log_in() -> Callable[[User], str]:
    """Give a session of that person, as the log-in page makes them."""

    def log_in(user: User) -> str:
        session = import_module(django_settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.save()
        return session.session_key

    return log_in


@pytest.fixture
def session(manager: User, log_in: Callable[[User], str]) -> str:
    return log_in(manager)


@pytest.fixture
def touch() -> Callable[..., None]:
    """Do an act that touches doors."""

    def touch(*refs: int) -> None:
        with transaction.atomic():
            feed.announce("doors", refs, at=timezone.now())

    return touch


@pytest.fixture
def elsewhere(transactional_db) -> Iterator["Elsewhere"]:
    other = Elsewhere()
    yield other
    other.end()


class Elsewhere:
    """A second connection with a transaction of its own, which writes to the feed as an action would."""

    def __init__(self) -> None:
        self.connection = connection.copy()
        self.connection.set_autocommit(False)

    def touch(self, *refs: int) -> None:
        with self.connection.cursor() as cursor:
            for ref in refs:
                cursor.execute("INSERT INTO core_change (topic, ref, at) VALUES ('doors', %s, now())", [ref])

    def commit(self) -> None:
        self.connection.commit()

    def end(self) -> None:
        self.connection.rollback()
        self.connection.close()
