"""The one command that starts everything, as people start it: in a terminal of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from amh.core.services import Embedded

CLEAN = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="amh-up-"))
    yield path
    servers = Embedded(path)
    assert servers.own()
    servers.wipe()
    servers.leave()


def manage(*arguments: str, **values: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=CLEAN | {"HOST": "127.0.0.1"} | {name: str(value) for name, value in values.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def readiness(port: int) -> dict[str, object]:
    link = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/readyz")
        return dict(json.loads(link.getresponse().read()))
    except OSError:
        return {}
    finally:
        link.close()


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 90
    while not readiness(port).get("ready"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise AssertionError(port)


def children_of(pid: int) -> set[int]:
    return {
        int(number)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for number in (task / "children").read_text().split()
    }


def test_everything_starts_recovers_and_stops(folder: Path) -> None:
    port = free_port()
    mllp = free_port()
    up = manage("up", PORT=port, MLLP_PORT=mllp, VAR_DIR=folder)
    wait_until_ready(port)
    wait_until_open(mllp)
    started = children_of(up.pid)
    assert len(started) == 6

    for pid in started:
        os.kill(pid, signal.SIGKILL)
    wait_until_ready(port)
    wait_until_open(mllp)

    started = children_of(up.pid)
    up.send_signal(signal.SIGTERM)
    said, complaints = up.communicate()
    assert up.returncode == 0
    assert f"AMH est prêt : http://127.0.0.1:{port}/" in said
    assert complaints == ""
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


@pytest.mark.parametrize("name", ["PORT", "MLLP_PORT"])
def test_a_taken_port_is_said_in_one_line_before_anything_starts(folder: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"PORT": free_port(), "MLLP_PORT": free_port(), name: port}
        said, complaints = manage("up", **ports, VAR_DIR=folder).communicate()
    assert said == ""
    assert complaints.count("\n") == 1
    assert f"amh: {name} : le port {port} est déjà pris" in complaints
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [{"SECRET_KEY": ""}, {"DATABASE_URL": "mysql://x"}, {"PORT": "x"}, {"DEMO": "1", "HOST": "0.0.0.0"}]
)
def test_a_wrong_variable_is_said_in_one_line(folder: Path, wrong: dict[str, str]) -> None:
    up = manage("up", **{"PORT": free_port(), "VAR_DIR": folder} | wrong)
    _, complaints = up.communicate()
    assert up.returncode == 1
    assert complaints.count("\n") == 1
    assert list(wrong)[-1] in complaints


def test_services_prints_addresses_that_other_commands_use(folder: Path) -> None:
    services = manage("services", VAR_DIR=folder)
    addresses = [services.stdout.readline().strip() for _ in range(2)]
    assert [line.partition("=")[0] for line in addresses] == ["DATABASE_URL", "REDIS_URL"]
    asked = manage("shell", "-v0", "-c", "import os; print(os.environ['DATABASE_URL'])", VAR_DIR=folder)
    assert asked.communicate()[0].strip() == addresses[0].partition("=")[2]
    services.send_signal(signal.SIGINT)
    services.communicate()
    assert services.returncode == 0


def test_commands_need_neither_servers_nor_variables(folder: Path) -> None:
    values = {"SECRET_KEY": "", "VAR_DIR": folder}
    commands = [manage("migrate", "--check", **values), manage("migrate", "--check", **values)]
    assert [command.communicate()[1] for command in commands] == ["", ""]
    assert [command.returncode for command in commands] == [1, 1], "unapplied migrations were to be found"
