import sys
import time
from pathlib import Path

import pytest

from amh.core.services import children
from amh.core.services.children import Child, stop_all


def python(code: str, said: list[str]) -> Child:
    return Child("child", [sys.executable, "-u", "-c", code], output=lambda _name, line: said.append(line))


def wait_until(is_so, limit: float = 20) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_child_is_heard() -> None:
    said: list[str] = []
    child = python("print('bonjour'); print('à tous')", said)
    child.start()
    wait_until(lambda: said == ["bonjour", "à tous"])
    stop_all([child], within=1)


def test_a_dead_child_is_started_again_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.01)
    said: list[str] = []
    child = python("import sys; sys.exit(3)", said)
    child.pause = children.FIRST_PAUSE
    child.start()
    wait_until(lambda: child.keep() or len(said) >= 3)
    assert [line.rpartition(" dans ")[2] for line in said[:3]] == ["0.01 s", "0.02 s", "0.04 s"]
    assert "code 3" in said[0]
    stop_all([child], within=1)


def test_what_will_not_stop_is_ended_with_all_it_started() -> None:
    said: list[str] = []
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)\n"
        "time.sleep(600)"
    )
    child = python(stubborn, said)
    child.start()
    wait_until(lambda: len(said) == 1)
    stop_all([child], within=0.2)
    assert not child.is_alive
    wait_until(lambda: not is_running(int(said[0])))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
