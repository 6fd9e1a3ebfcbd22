"""What every ``manage.py`` command runs inside: the addresses of the servers, and the servers themselves if need be."""

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from amh.core import environment
from amh.core.services import endings, ports
from amh.core.services.embedded import VARIABLES, Embedded
from amh.core.services.errors import Unavailable

PROJECT = Path(__file__).resolve().parents[3]
LASTING = {"up", "services"}
ALONE = {"help", "version", "reset", "makemessages", "compilemessages", "collectstatic", "findstatic", "spectacular"}
PATIENCE = 30.0

_owned: list[Embedded] = []


def owned() -> Embedded | None:
    """Return the servers that this process owns, if it owns any."""
    return _owned[-1] if _owned else None


def var() -> Path:
    """Return the folder for what the program keeps on a machine: ``VAR_DIR``, or ``var/`` in the project."""
    return Path(os.environ.get("VAR_DIR") or PROJECT / "var")


@contextlib.contextmanager
def around(arguments: Sequence[str]) -> Iterator[None]:
    """Run a command with ``DATABASE_URL`` and ``REDIS_URL`` set, starting the servers that nobody runs yet.

    The servers of ``up`` and ``services`` are only made ready: those commands start and watch them themselves.
    Raises ``ImproperlyConfigured`` or ``Unavailable`` with one sentence.
    """
    command = arguments[0] if arguments else "help"
    values = environment.read()
    environment.check(values)
    if command == "up":
        environment.secret_key(values)
        ports.check_free(*ports.address(values))
        ports.check_free(*ports.of_messages(values), name="MLLP_PORT")
    missing = [name for name in VARIABLES if not values.get(name)]
    alone = command in ALONE or bool({"-h", "--help", "--version"} & set(arguments))
    if missing and command != "up" and not values.get("SECRET_KEY") and not environment.stays_here(values):
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(50) if alone else _secret_of_this_machine()
    if alone or not missing:
        yield
        return
    embedded = Embedded(var(), missing)
    if _own_or_join(embedded, lasting=command in LASTING):
        with _owning(embedded, start=command not in LASTING):
            yield
    else:
        yield
        embedded.leave()


def _own_or_join(embedded: Embedded, *, lasting: bool) -> bool:
    """Put the servers' addresses into the environment; tell whether they are ours to run.

    A command that lasts does not lean on servers that end with another command: it waits for its turn.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if embedded.own():
            os.environ.update(embedded.prepare())
            return True
        state = embedded.running() or {}
        urls = embedded.join() if state.get("lasting") or not lasting else None
        if urls:
            os.environ.update(urls)
            return False
        time.sleep(0.1)
    raise Unavailable(f"Une autre commande occupe les serveurs de {embedded.var} : attendre sa fin, puis recommencer.")


@contextlib.contextmanager
def _owning(embedded: Embedded, *, start: bool) -> Iterator[None]:
    _owned.append(embedded)
    endings.in_order()
    try:
        if start:
            embedded.start(lasting=False, output=_complaints)
        yield
    finally:
        endings.undisturbed()
        embedded.stop()
        _owned.remove(embedded)


def _complaints(name: str, line: str) -> None:
    print(f"{name}: {line}", file=sys.stderr)


def _secret_of_this_machine() -> str:
    """Return the secret for commands at the embedded servers, made once, so that none has to be set up."""
    kept = var() / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return kept.read_text(encoding="utf-8")
