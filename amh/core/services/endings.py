"""How a command ends when it is told to: in order, whatever the moment."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def in_order() -> None:
    """Let a request to stop unwind the command, so that what it started is stopped too."""
    signal.signal(signal.SIGTERM, _leave)


def without_reproach() -> None:
    """The same for commands that only end by being stopped: that is a success."""
    for number in SIGNALS:
        signal.signal(number, _leave_quietly)


def undisturbed() -> None:
    """Let nothing interrupt the end itself."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _leave_quietly(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
