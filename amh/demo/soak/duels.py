"""Two acts at the same instant, each in a thread with a database connection of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

from django.db import DatabaseError, connection

from amh.core.errors import Refusal

Act = Callable[[], object]
Refused = Refusal | DatabaseError | None
"""Why an act was refused; ``None`` for one that was done."""

HEAD_START = 0.004
"""Seconds by which one act may be ahead of the other: about as long as an act takes, so that they meet anywhere."""
PATIENCE = 30.0


def duel(acts: Sequence[Act], *, chance: Random) -> list[Refused]:
    """Run the acts at once and tell of each why it was refused. Any other error is raised."""
    barrier = Barrier(len(acts))
    delays = [chance.uniform(0, HEAD_START) for _ in acts]
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(_run, act, barrier, delay) for act, delay in zip(acts, delays, strict=True)]
        return [one.result() for one in running]


def _run(act: Act, barrier: Barrier, delay: float) -> Refused:
    try:
        connection.ensure_connection()
        barrier.wait(PATIENCE)
        time.sleep(delay)
        act()
    except (Refusal, DatabaseError) as refused:
        return refused
    finally:
        connection.close()
    return None
