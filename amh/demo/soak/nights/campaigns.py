"""The night of twelve hours: its acts, cuts and falls within minutes, and what every board shows when it is over.

The processes run on the real clock, and what they write bears its time: as *many* acts, cuts and falls happen as in so
many hours, with less time between them. What time alone does (midnight, a feed that has been pruned) is tried by tests
that choose their moment.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from amh.demo.soak import machines
from amh.demo.soak.nights import plans, troubles, windows
from amh.demo.soak.nights.boards import NoBoard
from amh.demo.soak.nights.hospitals import Hospital
from amh.demo.soak.nights.plans import Plan
from amh.demo.soak.nights.truths import said
from amh.demo.soak.nights.visitors import AWAY
from amh.demo.soak.nights.watches import Watch

LOOK = 1.0
CALM = 120.0
"""Seconds from one look at the boards to the next; within which all must be equal once everything is up again."""

Say = Callable[[str], object]


def live(plan: Plan, *, say: Say) -> list[str]:
    """Live the night, ``say`` what came of it, and return in words what must not be."""
    with (
        machines.running(Hospital(plan.beds)) as hospital,
        windows.opened() as browser,
        closing(Watch(plan, hospital, browser)) as watch,
    ):
        watch.open()
        with _troubled(watch):
            _look_until(watch, time.monotonic() + plan.seconds)
        seconds, differences = _calm(watch)
        faults = _faults(watch, differences)
        for line in _lines(watch, seconds, differences):
            say(line)
    say(f"night hours={plan.hours:g} minutes={plan.minutes:g} seed={plan.seed} faults={len(faults)}")
    return said(faults)


@contextmanager
def _troubled(watch: Watch) -> Iterator[None]:
    """For the time of the block people act, wires break, processes fall and one window sleeps; then all is mended."""
    plan, over = watch.plan, threading.Event()
    cuts = troubles.on_wires(
        plan.seconds, wires=len(watch.wires) - 1, many=plan.many(plans.CUTS), chance=plan.chance("cuts")
    )
    falls = troubles.of_all(plan.seconds, many=plan.many(plans.FALLS), chance=plan.chance("falls"))
    works = (
        lambda: _act(watch, over),
        lambda: troubles.trouble_wires(cuts, watch.wires, watch.counts, over=over),
        lambda: troubles.trouble_all(falls, watch.hospital, watch.describe, watch.counts, over=over),
    )
    _look_until(watch, time.monotonic() + LOOK)
    watch.sleeper.sleep()
    with ThreadPoolExecutor(len(works)) as pool:
        working = [pool.submit(work) for work in works]
        try:
            yield
        finally:
            over.set()
    for work in working:
        work.result()
    for wire in watch.wires:
        wire.mend()
    watch.sleeper.wake()


def _act(watch: Watch, over: threading.Event) -> None:
    """Act at an even pace; who waited for an answer makes up for it."""
    began, many = time.monotonic(), watch.plan.many(plans.ACTS)
    for number in range(many):
        if over.wait(max(0.0, began + number * watch.plan.seconds / many - time.monotonic())):
            return
        watch.staff.act(watch.beds, at=watch.looked_at)


def _look_until(watch: Watch, end: float) -> None:
    while time.monotonic() < end:
        began = time.monotonic()
        watch.look()
        time.sleep(max(0.0, began + LOOK - time.monotonic()))


def _calm(watch: Watch) -> tuple[float, dict[str, set[str]]]:
    """Seconds until every board is as one opened anew, and what is not even after the longest time."""
    began, differences = time.monotonic(), {"": {""}}
    while differences and time.monotonic() - began < CALM:
        watch.look()
        try:
            differences = watch.differences()
        except (NoBoard, *AWAY) as error:
            differences = {"a page opened anew": {repr(error)}}
    return time.monotonic() - began, differences


def _faults(watch: Watch, differences: dict[str, set[str]]) -> list[str]:
    """What must not be, in words."""
    found = [f"{board}: {len(parts)} parts differ, as {min(parts)[:200]}" for board, parts in differences.items()]
    found += [*watch.truth.lies(), *watch.staff.faults, *watch.builders.faults, *watch.hospital.complaints]
    return found + [fault for window in watch.windows.all for fault in window.wrong]


def _lines(watch: Watch, seconds: float, differences: dict[str, set[str]]) -> Iterator[str]:
    """What happened, in numbers."""
    heard = sum((screen.counts for screen in watch.screens), Counter())
    boards = len(watch.screens) + len(watch.windows.all)
    yield f"acts {_numbers(watch.staff.counts)}"
    yield f"troubles {_numbers(watch.counts)}"
    yield f"boards {_numbers(heard)}"
    yield f"truth doubts={len(watch.truth.doubts)} lies={len(list(watch.truth.lies()))}"
    yield f"oldest under « En direct »: {watch.truth.oldest.total_seconds():.0f} s"
    yield f"morning compared={boards} differences={sum(map(len, differences.values()))} seconds={seconds:.0f}"


def _numbers(counts: Counter[str]) -> str:
    return " ".join(f"{name.replace(' ', '_')}={number}" for name, number in sorted(counts.items()))
