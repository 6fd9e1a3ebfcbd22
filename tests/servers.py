"""PostgreSQL and Redis for the whole test run, loaded before Django reads its settings.

The process that starts the tests owns the servers of the first worker that it spawns; each further worker has its own.
In one cluster they would wait for each other: the feed is read up to the oldest transaction, in any database. On
servers that were named to it, each worker takes a Redis database of its own.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django.db.models  # noqa: F401 - first: pytest-randomly loads model-bakery, which imports Django in a fatal order

from amh.core.services.embedded import VARIABLES, Embedded

SETTINGS = {
    "SECRET_KEY": "for-tests-only-and-never-anywhere-else-0123456789",
    "EMAIL_URL": "memorymail://",
    "TIME_ZONE": "Europe/Paris",
}
FOREIGN = (
    *("DEMO", "DEBUG", "PORT", "HOST", "ALLOWED_HOSTS"),
    *("HL7_PROCESSING_IDS", "STATIC_ROOT", "VAR_DIR", "CLAMD_URL"),
)
"""What the terminal of a developer may have set and the tests must not see."""
OURS = "TEST_SERVERS"
"""The variables whose servers the first process started: the others' workers start theirs."""


def redis_of_worker(url: str, worker: str) -> str:
    """Return the address of a worker's own Redis database (``gw0`` has number 1; a run without workers, 0)."""
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def provide(environment: Mapping[str, str]) -> dict[str, str]:
    """Start the servers that ``environment`` does not name, until this process ends; return their addresses."""
    missing = [name for name in VARIABLES if not environment.get(name)]
    if not missing:
        return {}
    servers = Embedded(Path(tempfile.mkdtemp(prefix="amh-tests-")), missing, durable=False)
    servers.own()
    urls = servers.prepare()
    atexit.register(_clean_up, servers)
    servers.start(lasting=True)
    return urls


def _clean_up(servers: Embedded) -> None:
    """Stop the servers and delete what they kept, however the run ends."""
    servers.stop()
    servers.wipe()
    shutil.rmtree(servers.var, ignore_errors=True)


for name in FOREIGN:
    os.environ.pop(name, None)
os.environ.update(SETTINGS)
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if not _worker:
    os.environ["DOCUMENTS_DIR"] = tempfile.mkdtemp(prefix="amh-documents-")
    atexit.register(shutil.rmtree, os.environ["DOCUMENTS_DIR"], ignore_errors=True)
elif _worker != "gw0":
    for name in os.environ.get(OURS, "").split():
        del os.environ[name]
_provided = provide(os.environ)
os.environ.update(_provided)
if not _worker:
    os.environ[OURS] = " ".join(_provided)
if _worker:
    os.environ["REDIS_URL"] = redis_of_worker(os.environ["REDIS_URL"], _worker)
