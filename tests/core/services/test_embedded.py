import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from amh.core.services import Embedded

OWNER = """
import os, pathlib, signal, sys
from amh.core.services import Embedded
embedded = Embedded(pathlib.Path(sys.argv[1]), durable=False)
embedded.own()
embedded.prepare()
embedded.start(lasting=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def quiet(name: str, line: str) -> None:
    """Hear nothing."""


@contextmanager
def new_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="amh-embedded-"))
    yield path
    servers = Embedded(path)
    assert servers.own()
    servers.wipe()
    servers.leave()


@pytest.fixture(scope="module")
def servers() -> Iterator[Embedded]:
    with new_folder() as folder:
        embedded = Embedded(folder, durable=False)
        assert embedded.own()
        embedded.prepare()
        embedded.start(lasting=True, output=quiet)
        yield embedded
        embedded.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as path:
        yield path


def ask(url: str, question: str) -> str:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return str(cursor.fetchone()[0])
    finally:
        connection.close()


def wait_until(is_so, limit: float = 30) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_both_servers_answer_at_their_addresses(servers: Embedded) -> None:
    urls = servers.urls()
    assert ask(urls["DATABASE_URL"], "SELECT lower('ÉLODIE')") == "élodie"
    with redis.Redis.from_url(urls["REDIS_URL"]) as client:
        assert client.ping()


def test_names_stay_out_of_the_database_log(servers: Embedded) -> None:
    url = servers.urls()["DATABASE_URL"]
    assert ask(url, "SHOW log_min_error_statement") == "panic"
    assert ask(url, "SHOW log_error_verbosity") == "terse"
    assert ask(url, "SHOW listen_addresses") == ""


def test_redis_wants_its_password(servers: Embedded) -> None:
    port = servers.urls()["REDIS_URL"].rpartition(":")[2].partition("/")[0]
    with redis.Redis(port=int(port)) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_second_command_leans_on_the_first(servers: Embedded) -> None:
    second = Embedded(servers.var)
    assert not second.own()
    assert second.join() == servers.urls()
    second.leave()


def test_killed_servers_come_back_at_the_same_address(servers: Embedded) -> None:
    urls = servers.urls()
    for child in servers.children:
        child.process.kill()
        child.process.wait()
    wait_until(lambda: [child.keep() for child in servers.children] and all(s.is_ready() for s in servers.servers))
    assert servers.urls() == urls
    assert ask(urls["DATABASE_URL"], "SELECT 1") == "1"


def test_nothing_outlives_a_killed_owner_and_the_next_one_starts(folder: Path) -> None:
    owner = subprocess.run([sys.executable, "-c", OWNER, str(folder)], check=False)
    assert owner.returncode == -signal.SIGKILL
    assert (folder / "services.json").exists()
    heir = Embedded(folder, durable=False)
    assert heir.own()
    urls = heir.prepare()
    heir.start(lasting=False, output=quiet)
    try:
        assert ask(urls["DATABASE_URL"], "SELECT 1") == "1"
    finally:
        heir.stop()
    assert not (folder / "services.json").exists()
