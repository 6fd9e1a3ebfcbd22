"""What falls while the feed goes on, drawn beforehand: after so many messages, and a moment later."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from amh.demo.soak.feeds.hospitals import Hospital
from amh.demo.soak.feeds.senders import Progress

KINDS = {
    "listener killed": ("listener", signal.SIGKILL),
    "appliers killed": ("appliers", signal.SIGKILL),
    "worker killed": ("worker", signal.SIGKILL),
    "redis wiped": ("redis", signal.SIGKILL),
    "postgres killed": ("postgres", signal.SIGKILL),
    "postgres crashed": ("postgres", signal.SIGQUIT),
}
"""Which process falls, and how. Redis keeps nothing on a disk; PostgreSQL replays its log."""
AWAY = (0.0, 0.5, 3.0)
"""Seconds for which a process stays down."""
MOMENT = 0.5
LOOK = 0.005


@dataclass(frozen=True)
class Fall:
    """``moment`` seconds after so many messages were accepted, something falls for ``away`` seconds."""

    after: int
    kind: str
    moment: float
    away: float


def drawn(messages: int, *, each: int, chance: Random) -> list[Fall]:
    """``each`` kind so many times, in order, at any moment of a feed of so many messages."""
    return sorted(
        (
            Fall(chance.randrange(messages), kind, chance.uniform(0, MOMENT), chance.choice(AWAY))
            for kind in KINDS
            for _ in range(each)
        ),
        key=lambda fall: fall.after,
    )


def trouble(falls: Sequence[Fall], hospital: Hospital, progress: Progress, *, over: threading.Event) -> Counter[str]:
    """Let them fall, one after the other, and count them; none once the campaign is ``over``."""
    counts: Counter[str] = Counter()
    for fall in falls:
        while progress.counts["AA"] < fall.after:
            if over.wait(LOOK):
                return counts
        time.sleep(fall.moment)
        name, how = KINDS[fall.kind]
        hospital.fall(name, how, away=fall.away)
        counts[fall.kind] += 1
    return counts
