"""Acts at the same instant, each in a thread with a database connection of its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from random import Random
from threading import Barrier

from django.db import DatabaseError, connection

from amh.core.errors import Refusal

Act = Callable[[], object]
Refused = Refusal | DatabaseError | None
"""Why an act was refused; ``None`` for one that was done."""
Duel = Callable[[Sequence[Act], Random], list[Refused]]

HEAD_STARTS = (0.001, 0.006, 0.03)
"""Seconds by which one act may be ahead of the other, up to about as long as an act takes: so they meet anywhere."""
PLACES = 3
"""Acts that may meet in one arena."""
PATIENCE = 30.0


def duel(acts: Sequence[Act], *, chance: Random) -> list[Refused]:
    """Run the acts at once and tell of each why it was refused. Any other error is raised."""
    with arena(len(acts)) as fight:
        return fight(acts, chance)


@contextmanager
def arena(places: int = PLACES) -> Iterator[Duel]:
    """Threads that keep their connections from one duel to the next; what is given runs one."""
    with ThreadPoolExecutor(places) as pool:
        try:
            yield partial(_duel, pool)
        finally:
            gate = Barrier(places)
            list(pool.map(_leave, [gate] * places))


def _duel(pool: ThreadPoolExecutor, acts: Sequence[Act], chance: Random) -> list[Refused]:
    gate = Barrier(len(acts))
    delays = [chance.uniform(0, chance.choice(HEAD_STARTS)) for _ in acts]
    running = [pool.submit(_run, act, gate, delay) for act, delay in zip(acts, delays, strict=True)]
    return [one.result() for one in running]


def _run(act: Act, gate: Barrier, delay: float) -> Refused:
    connection.ensure_connection()
    gate.wait(PATIENCE)
    time.sleep(delay)
    try:
        act()
    except (Refusal, DatabaseError) as refused:
        return refused
    return None


def _leave(gate: Barrier) -> None:
    gate.wait(PATIENCE)
    connection.close()
