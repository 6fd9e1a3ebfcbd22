"""From the commit of a move to its bytes at every open board, beside a bare stream of as many bytes.

A move of a patient, posted by the form of the board, five times a second, in a hospital of 300 beds. The clock starts
at the commit time that PostgreSQL itself keeps for the move (``track_commit_timestamp``; it is taken just before the
commit is flushed to the disk, hence a little early) and stops when the client's process reads the frame which says
that the bed left behind wants cleaning. All boards are open in one process, beside the server on the same cores.

The bare stream is a minimal ASGI application in the same server, which pushes frames of the same mean size to as many
clients; its clock starts just before the first of them is written.

*Memory*: growth of the web process between the two numbers of boards, over their difference.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from benchmarks.acts import FREE
from benchmarks.figures import percentile, show
from benchmarks.grounds import PROJECT, Grounds
from benchmarks.visitors import Visitor, this_minute
from benchmarks.webs import APPLICATION, Web, serving

BARE = "benchmarks.bare:application"
BEDS = 300
BOARDS = (200, 1000)
CHANGES = 60
PACE = 0.2
SETTLE = 1.5
AIMS = {200: 100.0, 1000: 200.0}
MEMORY = 40.0

MOVABLE = """
SELECT place.stay_id, place.bed_id FROM patients_placement place JOIN wards_bed bed ON bed.id = place.bed_id
JOIN patients_stay stay ON stay.id = place.stay_id AND stay.state = 'present'
WHERE place.ends_at IS NULL AND bed.kind = 'bed' AND bed.valid_until IS NULL
  AND NOT EXISTS (SELECT 1 FROM patients_reservation WHERE bed_id = bed.id AND released_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM wards_closure WHERE bed_id = bed.id AND (ends_at IS NULL OR ends_at > now()))
  AND NOT EXISTS (SELECT 1 FROM patients_placement WHERE wanted_bed_id = bed.id AND ends_at IS NULL)
ORDER BY place.stay_id
"""
COMMITTED = """
SELECT bed_id || ' cleaning', max(extract(epoch FROM pg_xact_commit_timestamp(xmin)))::float FROM patients_placement
WHERE bed_id || ' cleaning' = ANY(%(marks)s) AND ends_at IS NOT NULL GROUP BY bed_id
UNION ALL
SELECT bed_id || ' free', max(extract(epoch FROM pg_xact_commit_timestamp(xmin)))::float FROM wards_cleaning
WHERE bed_id || ' free' = ANY(%(marks)s) GROUP BY bed_id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do, and the bed of which the boards will then hear that it is in this state."""

    bed: int
    act: Callable[[], bytes]
    state: str = "cleaning"

    @property
    def mark(self) -> str:
        """The bed and its state, as the listeners tell them."""
        return f"{self.bed} {self.state}"


Answers = dict[str, bytes]
Times = Callable[[Answers], dict[str, float]]
"""From the answer to each change, by its mark, to the time at which it was done."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How long each change took to reach each board (milliseconds), what it weighed, and what was spent (% cpu)."""

    delays: list[float]
    received: float
    size: int
    server: float
    client: float


class Listeners:
    """The process that holds the boards open."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def open(self, count: int) -> float:
        """Open boards until there are ``count``; return the seconds it took."""
        return float(self._order(f"open {count}")["seconds"])

    def collect(self) -> dict[str, Any]:
        """What was heard since the last time."""
        return self._order("collect")

    def _order(self, line: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        print(line, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("benchmarks: the listeners have ended")
        return dict(json.loads(answer))


@contextmanager
def listening(web: Web, path: str, cookies: dict[str, str]) -> Iterator[Listeners]:
    """Listeners that end with the block."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = [sys.executable, "-m", "benchmarks.listeners", str(web.port), path, cookie]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Listeners(process)
        finally:
            process.terminate()


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print how fast a change reaches the boards, and what a board costs."""
    beds, boards, changes = (30, (5, 20), 5) if quick else (BEDS, BOARDS, CHANGES)
    heard, memory = _ours(grounds, grounds.hospital(beds), boards, changes)
    bare, bare_memory = _bare(grounds, {count: each.size for count, each in heard.items()}, changes)
    for count in boards:
        _show(count, heard[count], bare[count])
    show("live.board_memory", memory, "kB", {"bare stream": bare_memory, "aim": MEMORY})


def _show(count: int, ours: Heard, bare: Heard) -> None:
    for percent in (50, 95, 99):
        beside = {"bare stream": percentile(bare.delays, percent), "aim": AIMS.get(count) if percent == 95 else None}
        show(f"live.{count}.p{percent}", percentile(ours.delays, percent), "ms", beside)
    show(f"live.{count}.received", ours.received, "%", {"bare stream": bare.received})
    show(f"live.{count}.frame", ours.size, "bytes", {"bare stream": bare.size})
    show(f"live.{count}.server", ours.server, "% cpu", {"bare stream": bare.server})
    show(f"live.{count}.listeners", ours.client, "% cpu", {"bare stream": bare.client})


def _ours(grounds: Grounds, database: str, boards: Sequence[int], changes: int) -> tuple[dict[int, Heard], float]:
    heard, held = {}, []
    with (
        serving(APPLICATION, grounds.environment(database)) as web,
        closing(Visitor(web)) as visitor,
        listening(web, "/live/lits", visitor.sign_in()) as listeners,
    ):
        moves = _moves(grounds, database, visitor)
        for count in boards:
            show(f"live.{count}.open", listeners.open(count), "s")
            acts = list(islice(moves, changes))
            heard[count] = hear(web, listeners, acts, count, partial(committed, grounds, database))
            held.append(web.memory())
    return heard, _slope(held, boards)


def _bare(grounds: Grounds, sizes: dict[int, int], changes: int) -> tuple[dict[int, Heard], float]:
    heard, held = {}, []
    with (
        serving(BARE, grounds.environment("amh")) as web,
        closing(Visitor(web)) as visitor,
        listening(web, "/stream", {}) as listeners,
    ):
        for count, size in sizes.items():
            listeners.open(count)
            acts = [push(visitor, number, size) for number in range(changes)]
            heard[count] = hear(web, listeners, acts, count, moments_told)
            held.append(web.memory())
    return heard, _slope(held, list(sizes))


def _moves(grounds: Grounds, database: str, visitor: Visitor) -> Iterator[Change]:
    """Each patient goes to the bed that the one before has left, the first to a free one."""
    to = grounds.rows(database, FREE)[0][0]
    for stay, bed in grounds.rows(database, MOVABLE):
        yield Change(bed, partial(move, visitor, stay, to))
        to = bed


def move(visitor: Visitor, stay: int, to: int) -> bytes:
    """Move the patient of a stay to a free bed."""
    return visitor.post(f"/sejours/{stay}/muter/", {"bed": to, "effective_at": this_minute()})


def push(visitor: Visitor, bed: int, size: int) -> Change:
    """An event of ``size`` bytes of the bare application."""
    return Change(bed, lambda: visitor.get(f"/push/{bed}/{size}"))


def committed(grounds: Grounds, database: str, answers: Answers) -> dict[str, float]:
    """The times at which PostgreSQL committed the last change of each mark."""
    return dict(grounds.rows(database, COMMITTED, {"marks": list(answers)}))


def moments_told(answers: Answers) -> dict[str, float]:
    """The times that the bare application answers."""
    return {mark: float(answer) for mark, answer in answers.items()}


def hear(
    web: Web, listeners: Listeners, changes: Sequence[Change], count: int, times: Times, *, every: float = PACE
) -> Heard:
    """Make the changes, one ``every`` so many seconds, and gather when each was heard of by ``count`` boards."""
    listeners.collect()
    served, began = web.seconds(), time.monotonic()
    answers = pace(changes, every=every)
    time.sleep(SETTLE)
    lasted, served = time.monotonic() - began, web.seconds() - served
    told = listeners.collect()
    done = times(answers)
    arrivals = {mark: sorted(told["heard"].get(mark, []))[:count] for mark in done}
    delays = [1000 * (at - done[mark]) for mark, ats in arrivals.items() for at in ats]
    return Heard(
        delays=delays,
        received=100 * len(delays) / (count * len(changes)),
        size=round(told["bytes"] / count / len(changes)),
        server=100 * served / lasted,
        client=100 * told["cpu"] / lasted,
    )


def pace(changes: Sequence[Change], *, every: float = PACE) -> Answers:
    """Make the changes one after the other, one ``every`` so many seconds; the answer to each."""
    answers, began = {}, time.monotonic()
    for number, change in enumerate(changes):
        time.sleep(max(0.0, began + number * every - time.monotonic()))
        answers[change.mark] = change.act()
    return answers


def _slope(held: Sequence[int], boards: Sequence[int]) -> float:
    """Kilobytes for each board more."""
    return (held[-1] - held[0]) / (boards[-1] - boards[0]) / 1000
