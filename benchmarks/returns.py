"""The web process is stopped and started again under a thousand open boards: how soon all are live again.

The boards come back as the page does it, each after a pause that is drawn (``listeners``): the seconds are mostly those
of these pauses. *Page*: median and longest time of the board page from the first answer of the new process until the
last board is live, beside the same in the process before, its boards open.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from benchmarks.figures import show, timed
from benchmarks.grounds import Grounds
from benchmarks.lives import BEDS, listening
from benchmarks.pages import PAGE
from benchmarks.visitors import Visitor, warm
from benchmarks.webs import APPLICATION, Web, free_port, serving

BOARDS = 1000
PAGES = 40
EVERY = 0.1


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print how soon all the boards are live again, and what a page takes meanwhile."""
    beds, boards, pages = (30, 20, 5) if quick else (BEDS, BOARDS, PAGES)
    environment = grounds.environment(grounds.hospital(beds))
    port = free_port()
    with ExitStack() as stack:
        with serving(APPLICATION, environment, port=port) as web:
            with closing(Visitor(web)) as visitor:
                cookies = visitor.sign_in()
                warm(web, cookies, PAGE)
                listeners = stack.enter_context(listening(web, "/live/lits", cookies))
                listeners.open(boards)
                before = statistics.median(_asked(visitor, lambda done: done == pages))
            stopped = time.monotonic()
        gone = time.monotonic()
        with serving(APPLICATION, environment, port=port) as web, ThreadPoolExecutor(1) as threads:
            alive = time.monotonic()
            back = threads.submit(listeners.open, boards)
            during = _meanwhile(web, cookies, lambda _done: back.done())
            show(f"return.{boards}.stopped", gone - stopped, "s")
            show(f"return.{boards}.answers", alive - gone, "s")
            show(f"return.{boards}.live", back.result(), "s")
        show("return.page", statistics.median(during), "ms", {"before": before})
        show("return.page_longest", max(during), "ms", {"before": before})


def _meanwhile(web: Web, cookies: dict[str, str], ended: Callable[[int], bool]) -> list[float]:
    with closing(Visitor(web, cookies=cookies)) as visitor:
        return _asked(visitor, ended)


def _asked(visitor: Visitor, ended: Callable[[int], bool]) -> list[float]:
    """How long the page took, in milliseconds, asked for at least once and until ``ended`` says so of their number."""
    found: list[float] = []
    while not found or not ended(len(found)):
        found.append(timed(lambda: visitor.get(PAGE)))
        time.sleep(EVERY)
    return found
