"""A server waits for open responses before it stops, and a stream never ends by itself: it must hear of the stop."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType


def announce_to(leave: Callable[[], None]) -> None:
    """Call ``leave`` in the running event loop when the process is asked to stop, before the server's own reaction.

    Signals reach only the main thread: a server run in another one stops its streams by the ``lifespan`` alone.
    """
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _before(signal.getsignal(number), lambda: loop.call_soon_threadsafe(leave)))


def _before(
    reaction: "Callable[[int, FrameType | None], object] | int | None", leave: Callable[[], object]
) -> Callable[[int, FrameType | None], None]:
    def leave_first(number: int, frame: FrameType | None) -> None:
        leave()
        if callable(reaction):
            reaction(number, frame)

    return leave_first
