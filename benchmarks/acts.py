"""Boards, admissions and moves per second, by eight people at once in a hospital of 300 beds.

The acts are the forms of the board, posted with a session and the token against forgery; everything that follows from
one is on: rules, ledger, placements, history, audit, feed and bell. Each round admits expected patients to free beds,
then moves each to another free bed; both are then undone, outside the measured time, for the next round.

Beside them: the rows of the board as bare SQL by eight connections, and one-row inserts, each its own durable commit,
by eight connections to the same database.
"""

import itertools
import queue
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.figures import percentile, show
from benchmarks.grounds import Grounds
from benchmarks.pages import PAGE, SQL
from benchmarks.visitors import Visitor, crowd, this_minute, warm
from benchmarks.webs import APPLICATION, Web, serving

BEDS = 300
PEOPLE = 8
UNDO = re.compile(r'action="(/mouvements/\d+/annuler/)"')

EXPECTED = """
SELECT stay.id FROM patients_stay stay
WHERE stay.state = 'expected'
  AND NOT EXISTS (SELECT 1 FROM patients_reservation kept WHERE kept.stay_id = stay.id)
  AND NOT EXISTS (
      SELECT 1 FROM patients_placement WHERE patient_id = stay.patient_id AND COALESCE(ends_at, 'infinity') > now()
  )
ORDER BY stay.id
"""
FREE = """
SELECT bed.id FROM wards_bed bed
WHERE bed.valid_until IS NULL
  AND NOT EXISTS (SELECT 1 FROM patients_placement WHERE bed_id = bed.id AND COALESCE(ends_at, 'infinity') > now())
  AND NOT EXISTS (SELECT 1 FROM patients_reservation WHERE bed_id = bed.id AND released_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM wards_closure WHERE bed_id = bed.id AND (ends_at IS NULL OR ends_at > now()))
ORDER BY bed.id
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One patient, the bed they get and the bed they are moved to."""

    stay: int
    first: int
    second: int


@dataclass(slots=True)
class Tally:
    """Acts of one kind: how long each took, and how long all of them took together; seconds."""

    name: str
    each: list[float]
    together: float = 0.0


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print boards, admissions and moves per second."""
    beds, rounds, seconds = (30, 1, 0.5) if quick else (BEDS, 10, 5.0)
    database = grounds.hospital(beds)
    commits = commits_per_second(grounds, database, seconds=seconds)
    show("acts.bare_commits", commits, "1/s")
    with serving(APPLICATION, grounds.environment(database)) as web, closing(Visitor(web)) as first:
        warm(web, first.sign_in(), PAGE)
        with crowd(web, first.cookies, PEOPLE) as visitors:
            _boards(grounds, database, web, visitors, seconds)
            cases = _cases(grounds, database)
            _play(visitors, cases, 1)
            for tally in _play(visitors, cases, rounds):
                _show(tally, commits)


def _show(tally: Tally, commits: float) -> None:
    show(f"acts.{tally.name}", len(tally.each) / tally.together, "1/s", {"bare commits": commits})
    alone = 1000 * PEOPLE / commits
    show(f"acts.{tally.name}_p50", 1000 * percentile(tally.each, 50), "ms", {"bare commit": alone})


def _boards(grounds: Grounds, database: str, web: Web, visitors: Sequence[Visitor], seconds: float) -> None:
    bare = _sql(grounds, database, seconds)
    spent, began = time.process_time(), time.perf_counter()
    served = web.seconds()
    rate = _rate([partial(visitor.get, PAGE) for visitor in visitors], seconds)
    lasted = time.perf_counter() - began
    show("acts.boards", rate, "1/s", {"board.sql by 8": bare})
    show("acts.boards_server", 100 * (web.seconds() - served) / lasted, "% cpu")
    show("acts.boards_clients", 100 * (time.process_time() - spent) / lasted, "% cpu")


def _sql(grounds: Grounds, database: str, seconds: float) -> float:
    return _bare(grounds, database, SQL, seconds, fetch=True)


def commits_per_second(grounds: Grounds, database: str, *, seconds: float) -> float:
    """One-row inserts, each its own durable commit, by eight connections."""
    with grounds.connection(database) as link:
        link.cursor().execute(
            "CREATE TABLE IF NOT EXISTS bench (id bigserial PRIMARY KEY, at timestamptz DEFAULT now())"
        )
    return _bare(grounds, database, "INSERT INTO bench DEFAULT VALUES", seconds, fetch=False)


def _bare(grounds: Grounds, database: str, sql: str, seconds: float, *, fetch: bool) -> float:
    links = [grounds.connect(database) for _ in range(PEOPLE)]
    try:
        return _rate([partial(_once, link, sql, fetch=fetch) for link in links], seconds)
    finally:
        for link in links:
            link.close()


def _once(link: Any, sql: str, *, fetch: bool) -> None:
    with link.cursor() as cursor:
        cursor.execute(sql)
        if fetch:
            cursor.fetchall()


def _rate(calls: Sequence[Callable[[], object]], seconds: float) -> float:
    """How often per second the calls are made when each is repeated in a thread of its own."""
    began = time.perf_counter()

    def repeat(call: Callable[[], object]) -> int:
        for done in itertools.count():
            if time.perf_counter() - began > seconds:
                return done
            call()
        raise AssertionError

    with ThreadPoolExecutor(len(calls)) as threads:
        done = sum(threads.map(repeat, calls))
    return done / (time.perf_counter() - began)


def _cases(grounds: Grounds, database: str) -> list[Case]:
    free = [row[0] for row in grounds.rows(database, FREE)]
    stays = [row[0] for row in grounds.rows(database, EXPECTED)]
    half = len(free) // 2
    return [Case(*case) for case in zip(stays, free[:half], free[half:], strict=False)]


def _play(visitors: Sequence[Visitor], cases: Sequence[Case], rounds: int) -> list[Tally]:
    admissions, moves = Tally("admissions", []), Tally("moves", [])
    for _ in range(rounds):
        undo = _all(visitors, [partial(_admit, case) for case in cases], admissions)
        undo += _all(visitors, [partial(_move, case) for case in cases], moves)
        for part in (undo[len(cases) :], undo[: len(cases)]):
            _all(visitors, [partial(_take_back, url) for url in part], Tally("undo", []))
    return [admissions, moves]


def _admit(case: Case, visitor: Visitor) -> str:
    return _undo(visitor.post(f"/lits/{case.first}/attribuer/", {"stay": case.stay, "effective_at": this_minute()}))


def _move(case: Case, visitor: Visitor) -> str:
    return _undo(visitor.post(f"/sejours/{case.stay}/muter/", {"bed": case.second, "effective_at": this_minute()}))


def _take_back(url: str, visitor: Visitor) -> None:
    visitor.post(url, {})


def _undo(answer: bytes) -> str:
    found = UNDO.search(answer.decode())
    if found is None:
        raise SystemExit("benchmarks: an act was not done")
    return found[1]


def _all(visitors: Sequence[Visitor], acts: Sequence[Callable[[Visitor], Any]], tally: Tally) -> list[Any]:
    """Have the visitors do the acts between them, as fast as they can; the results in the order of the acts."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(acts)):
        waiting.put(number)
    results: list[Any] = [None] * len(acts)

    def work(visitor: Visitor) -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.perf_counter()
            results[number] = acts[number](visitor)
            tally.each.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(visitors)) as threads:
        list(threads.map(work, visitors))
    tally.together += time.perf_counter() - began
    return results
