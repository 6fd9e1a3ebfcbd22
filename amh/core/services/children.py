"""One process that AMH starts, hears, starts again when it dies, and never leaves behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0
"""Seconds: the pause before the first new start, the longest one, and the life after which a child counts as steady."""

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

Output = Callable[[str, str], None]


def show(name: str, line: str) -> None:
    """Print one line of a child behind its name."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        print(f"{name:<9}│ {line}", flush=True)


class Child:
    """A process with a name, the command that starts it and the signal that asks it to stop."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        account: tuple[int, int] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        output: Output = show,
    ) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.stop_signal = stop_signal
        self.account = account
        self.env = env
        self.cwd = cwd
        self.output = output
        self.process: subprocess.Popen[str] | None = None
        self.listener: threading.Thread | None = None
        self.pause = FIRST_PAUSE
        self.started_at = 0.0
        self.due_at: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the process runs now."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches it only through us."""
        uid, gid = self.account or (None, None)
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - commands are ours
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self.env,
            cwd=self.cwd,
            user=uid,
            group=gid,
            extra_groups=[] if self.account else None,
            process_group=0,
            preexec_fn=self._tie_to_parent,  # noqa: PLW1509 - one system call, no lock taken
        )
        self.listener = threading.Thread(target=self._hear, args=[self.process], daemon=True)
        self.listener.start()

    def keep(self) -> None:
        """Start the process again if it died, later each time."""
        if self.is_alive or self.process is None:
            return
        now = time.monotonic()
        if self.due_at is None:
            self.pause = FIRST_PAUSE if now - self.started_at > STEADY else self.pause
            self.due_at = now + self.pause
            self.output(self.name, f"arrêté (code {self.process.returncode}), relancé dans {self.pause:g} s")
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.due_at:
            self.due_at = None
            self.start()

    def ask_to_stop(self) -> None:
        """Send the signal that the process takes as a request to finish."""
        if self.process and self.is_alive:
            self.process.send_signal(self.stop_signal)

    def kill(self) -> None:
        """End the process and all it started, at once."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.listener:
            self.listener.join(1)

    def _tie_to_parent(self) -> None:
        if _libc:
            _libc.prctl(PR_SET_PDEATHSIG, int(self.stop_signal))

    def _hear(self, process: subprocess.Popen[str]) -> None:
        if process.stdout:
            with process.stdout as lines:
                for line in lines:
                    self.output(self.name, line.rstrip())


def stop_all(children: Iterable[Child], *, within: float) -> None:
    """Ask every child to stop, and end those that have not after ``within`` seconds."""
    asked = list(children)
    deadline = time.monotonic() + within
    for child in asked:
        child.ask_to_stop()
    while any(child.is_alive for child in asked) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in asked:
        child.kill()
