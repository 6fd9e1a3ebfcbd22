"""A PostgreSQL and a Redis that exist for one run, and in them one hospital for each size."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2

from amh.core.services import Embedded
from amh.core.services.postgres import Postgres

PROJECT = Path(__file__).resolve().parent.parent
TOLD = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
"""What a process of the program may see of the caller's environment."""
TIME_ZONE = "Europe/Paris"
SPOKEN = "LOG:  statement:"
LOUD = "-c log_statement=all -c log_min_messages=log"


class Grounds:
    """The servers. ``statements`` counts what PostgreSQL was asked by those who use a ``loud`` address."""

    def __init__(self) -> None:
        self.statements = 0
        self._embedded = Embedded(Path(tempfile.mkdtemp(prefix="amh-bench-")))
        self._made: set[str] = set()

    def start(self) -> None:
        """Start both servers and bring an empty database up to date, for the hospitals to be copied from."""
        self._embedded.own()
        self._embedded.prepare()
        for server in self._embedded.servers:
            if isinstance(server, Postgres):
                # For the live figures: the server's own word on when each act was committed.
                server.settings["track_commit_timestamp"] = "on"
        self._embedded.start(lasting=True, output=self._hear)
        self.manage("migrate", "--verbosity=0", database="amh")

    def stop(self) -> None:
        """Stop the servers and delete all that they kept."""
        self._embedded.stop()
        self._embedded.wipe()
        shutil.rmtree(self._embedded.var, ignore_errors=True)

    def hospital(self, beds: int) -> str:
        """The name of a database that holds a demonstration hospital of that size, made at the first call."""
        name = f"beds_{beds}"
        if name not in self._made:
            with self.connection("postgres") as link:
                link.cursor().execute(f"CREATE DATABASE {name} TEMPLATE amh")
            self.manage("seed_demo", f"--beds={beds}", database=name)
            with self.connection(name) as link:
                link.cursor().execute("VACUUM ANALYZE")
            self._made.add(name)
        return name

    def url(self, database: str, *, loud: bool = False) -> str:
        """The address of a database; whoever uses a ``loud`` one has each statement counted."""
        parts = urlsplit(self._embedded.urls()["DATABASE_URL"])
        query = parts.query + (f"&options={quote(LOUD)}" if loud else "")
        return urlunsplit(parts._replace(path=f"/{database}", query=query))

    @contextlib.contextmanager
    def connection(self, database: str) -> Iterator[Any]:
        """A bare connection by the program's own driver, each statement its own transaction."""
        with contextlib.closing(self.connect(database)) as link:
            yield link

    def connect(self, database: str) -> Any:
        """Such a connection, for the caller to close."""
        link = psycopg2.connect(self.url(database))
        link.autocommit = True
        return link

    def rows(self, database: str, sql: str, params: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Ask once."""
        with self.connection(database) as link, link.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def change(self, database: str, sql: str) -> None:
        """Run one statement that answers nothing."""
        with self.connection(database) as link:
            link.cursor().execute(sql)

    def environment(self, database: str, *, loud: bool = False) -> dict[str, str]:
        """The environment in which the program works on a hospital."""
        told = {name: os.environ[name] for name in TOLD if name in os.environ}
        address = {"DATABASE_URL": self.url(database, loud=loud), "REDIS_URL": self._embedded.urls()["REDIS_URL"]}
        return told | address | {"DEMO": "1", "TIME_ZONE": TIME_ZONE, "VAR_DIR": str(self._embedded.var)}

    def heard(self) -> int:
        """How many statements have been counted, once the server's log has been read to its end."""
        counted = -1
        while counted != self.statements:
            counted = self.statements
            time.sleep(0.3)
        return counted

    def manage(self, *arguments: str, database: str) -> None:
        """Run a command of the program on a hospital. Raises ``CalledProcessError`` when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=PROJECT, env=self.environment(database), stdout=subprocess.DEVNULL, check=True)

    def _hear(self, name: str, line: str) -> None:
        if SPOKEN in line:
            self.statements += 1
        elif name == "postgres" and ("FATAL" in line or "PANIC" in line):
            print(f"{name}: {line}", file=sys.stderr)


@contextlib.contextmanager
def opened() -> Iterator[Grounds]:
    """The servers, running until the end of the block, however it ends."""
    grounds = Grounds()
    try:
        grounds.start()
        yield grounds
    finally:
        grounds.stop()
