"""A thousand boards open for five minutes while five changes a second are made, as on the heaviest day.

Half of the changes are moves, the other half cleanings of the beds left behind, which the next patient gets: the
hospital never runs out of free beds. Clock and listeners are those of ``lives``.

*Page*: median of the board page, asked for twice a second by one more person, *alone* with no board open and no change
made, then during the changes with nobody else watching, then during the watch.

*Memory*: of the web process, its boards open: before the first change, then after each minute.
"""

import statistics
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice

from benchmarks.acts import FREE
from benchmarks.figures import percentile, show, timed
from benchmarks.grounds import Grounds
from benchmarks.lives import MOVABLE, PACE, Change, Heard, committed, hear, listening, move, pace
from benchmarks.pages import PAGE
from benchmarks.visitors import Visitor, warm
from benchmarks.webs import APPLICATION, Web, serving

BEDS, BOARDS, MINUTES, SECONDS = 300, 1000, 5, 60
QUICK = 30, 20, 1, 4
LASTING = 6
EVERY = 0.5
DELAY, SLOWER = 200.0, 1.10
"""What is aimed at: milliseconds in 95 of 100 cases, and how much slower a page may be during the watch."""


@dataclass(slots=True)
class Watch:
    """What was heard in each minute, and the bytes of the web process before and after each."""

    minutes: list[Heard] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print how a long watch of many boards is borne."""
    beds, boards, minutes, seconds = QUICK if quick else (BEDS, BOARDS, MINUTES, SECONDS)
    database = grounds.hospital(beds)
    with (
        serving(APPLICATION, grounds.environment(database)) as web,
        closing(Visitor(web)) as by,
        listening(web, "/live/lits", by.sign_in()) as listeners,
    ):
        acts = _acts(grounds, database, by)
        count = round(seconds / PACE)
        times = partial(committed, grounds, database)
        warm(web, by.cookies, PAGE)
        with _sampled(web, by.cookies) as alone:
            threading.Event().wait(seconds / 2)
        with _sampled(web, by.cookies) as unwatched:
            pace(list(islice(acts, count // 2)))
        show("watch.open", listeners.open(boards), "s")
        watch = Watch(memory=[web.memory()])
        with _sampled(web, by.cookies) as during:
            for _ in range(minutes):
                watch.minutes.append(hear(web, listeners, list(islice(acts, count)), boards, times))
                watch.memory.append(web.memory())
        _show(watch, boards)
        _show_pages(alone, unwatched, during)


def _show(watch: Watch, boards: int) -> None:
    for percent in (50, 95, 99):
        every = [delay for heard in watch.minutes for delay in heard.delays]
        beside = {"aim": DELAY} if percent == 95 else {}
        show(f"watch.{boards}.p{percent}", percentile(every, percent), "ms", beside)
    show(f"watch.{boards}.received", statistics.mean(heard.received for heard in watch.minutes), "%")
    show("watch.memory.0", watch.memory[0] / 1e6, "MB")
    for minute, (heard, held) in enumerate(zip(watch.minutes, watch.memory[1:], strict=True), start=1):
        show(f"watch.p95.{minute}", percentile(heard.delays, 95), "ms")
        show(f"watch.server.{minute}", heard.server, "% cpu")
        show(f"watch.memory.{minute}", held / 1e6, "MB", {"before": watch.memory[0] / 1e6})


def _show_pages(alone: Sequence[float], unwatched: Sequence[float], during: Sequence[float]) -> None:
    first, second, last = (statistics.median(each) for each in (alone, unwatched, during))
    show("watch.page.alone", first, "ms")
    show("watch.page.unwatched", second, "ms", {"alone": first})
    show("watch.page.watched", last, "ms", {"alone": first, "unwatched": second, "aim": SLOWER * first})


@contextmanager
def _sampled(web: Web, cookies: dict[str, str]) -> Iterator[list[float]]:
    """How long the page takes, in milliseconds, asked for again and again until the end of the block."""
    found: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        with closing(Visitor(web, cookies=cookies)) as visitor:
            while not ended.wait(EVERY):
                found.append(timed(lambda: visitor.get(PAGE)))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _acts(grounds: Grounds, database: str, by: Visitor) -> Iterator[Change]:
    """Without end: a patient goes to the bed that has been free longest, and the one that has been dirty longest is
    cleaned. A bed stays as it is for some changes: boards need not be told of what lasted less than they gather.
    """
    free = deque(row[0] for row in grounds.rows(database, FREE)[:LASTING])
    dirty: deque[int] = deque()
    beds: dict[int, int] = dict(grounds.rows(database, MOVABLE))
    for stay in cycle(list(beds)):
        dirty.append(beds[stay])
        beds[stay] = free.popleft()
        yield Change(dirty[-1], partial(move, by, stay, beds[stay]))
        if not free or len(dirty) > LASTING:
            free.append(dirty.popleft())
            yield Change(free[-1], partial(_clean, by, free[-1]), "free")


def _clean(by: Visitor, bed: int) -> bytes:
    return by.post(f"/lits/{bed}/nettoye/", {})
