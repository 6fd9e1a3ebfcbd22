"""A PostgreSQL that falls: the ids of transactions that it had not written to disk are handed out a second time."""

import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from amh.core.live import feed
from amh.core.live.feed import Mark
from amh.core.services import Embedded

TABLE = """
CREATE TABLE core_change (
    transaction bigint DEFAULT pg_current_xact_id()::text::bigint, topic text, ref bigint, at timestamptz DEFAULT now()
)
"""
LAZY = (
    "ALTER SYSTEM SET wal_writer_delay = '10s'",
    "ALTER SYSTEM SET bgwriter_delay = '10s'",
    "SELECT pg_reload_conf()",
)
"""What keeps PostgreSQL from writing ids to disk between the transactions that ask for it."""
TOUCH = "INSERT INTO core_change (topic, ref) VALUES ('doors', %s) RETURNING transaction"


class Database:
    """A PostgreSQL of its own, which keeps what was committed when it is killed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._servers = Embedded(Path(tempfile.mkdtemp(prefix="amh-fall-")), ["DATABASE_URL"])
        self._patch = monkeypatch
        self.start()

    def start(self) -> None:
        assert self._servers.own()
        self._servers.prepare()
        self._servers.start(lasting=True, output=lambda *_: None)
        self._link = psycopg2.connect(self._servers.urls()["DATABASE_URL"])
        self._link.autocommit = True
        self._patch.setattr(feed, "connection", self._link)

    def fall(self) -> None:
        backend = self._link.info.backend_pid
        main = int(Path(f"/proc/{backend}/stat").read_text(encoding="ascii").split()[3])
        os.kill(main, signal.SIGKILL)
        while Path(f"/proc/{backend}").exists():
            time.sleep(0.01)
        self._servers.stop()
        self.start()

    def run(self, statement: str, *values: int) -> None:
        with self._link.cursor() as cursor:
            cursor.execute(statement, values)

    def touch(self, ref: int) -> int:
        with self._link.cursor() as cursor:
            cursor.execute(TOUCH, [ref])
            return cursor.fetchone()[0]

    def waste_ids(self, count: int) -> None:
        for _ in range(count):
            self.run("BEGIN")
            self.touch(0)
            self.run("ROLLBACK")

    def wipe(self) -> None:
        self._link.close()
        self._servers.stop()
        self._servers.wipe()
        self._servers.leave()


@pytest.fixture
def database(monkeypatch):
    database = Database(monkeypatch)
    yield database
    database.wipe()


def test_what_takes_an_id_handed_out_before_the_fall_is_read(database) -> None:
    for statement in (*LAZY, TABLE):
        database.run(statement)
    before = database.touch(1)
    database.waste_ids(5)
    mark, position = feed.here(), feed.position()

    database.fall()
    again = [database.touch(ref) for ref in range(2, 8)]

    assert again[0] <= before + 5, "no id was handed out a second time: the test shows nothing"
    for reader in (mark, Mark.at(position)):
        assert feed.since(reader).refs == {"doors": set(range(2, 8))}
