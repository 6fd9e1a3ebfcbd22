"""What goes wrong in the night, drawn beforehand: wires that break, hang or are slow, and processes that fall."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from signal import Signals
from threading import Event

from amh.demo.soak.nights.hospitals import Hospital
from amh.demo.soak.nights.wires import Wire

LONGEST = 25.0
SLOWEST = 1.0
WIRES: dict[str, Callable[[Wire], None]] = {
    "cut": Wire.cut,
    "frozen": Wire.freeze,
    "slow": lambda wire: wire.slow(SLOWEST),
}
FALLS: dict[str, tuple[str, Signals]] = {
    "redis stopped": ("redis", signal.SIGTERM),
    "redis killed": ("redis", signal.SIGKILL),
    "web killed": ("web", signal.SIGKILL),
    "web replaced": ("web2", signal.SIGTERM),
    "worker killed": ("worker", signal.SIGKILL),
    "beat killed": ("beat", signal.SIGKILL),
    "postgres restarted": ("postgres", signal.SIGINT),
    "postgres crashed": ("postgres", signal.SIGQUIT),
}
"""Which process falls, and how. PostgreSQL ends its sessions, or goes down as by a power cut, and replays its log."""
WIPED, REBUILT = "redis wiped", "bed described"
KINDS = (*FALLS, WIPED, REBUILT)
AWAY = (0.0, 1.0, 4.0)
"""Seconds for which a process stays down."""


@dataclass(frozen=True)
class Trouble:
    """At this second of the night; ``lasting`` some, on a wire by its number, or of the whole hospital."""

    second: float
    kind: str
    lasting: float = 0.0
    wire: int = -1


def on_wires(seconds: float, *, wires: int, many: int, chance: Random) -> list[Trouble]:
    """So many troubles of single wires, in order."""
    longest = min(LONGEST, seconds / 4)
    drawn = (
        Trouble(
            chance.uniform(0, seconds), chance.choice(list(WIRES)), chance.uniform(1, longest), chance.randrange(wires)
        )
        for _ in range(many)
    )
    return sorted(drawn, key=lambda trouble: trouble.second)


def of_all(seconds: float, *, many: int, chance: Random) -> list[Trouble]:
    """So many troubles of the whole hospital, in order: each kind comes before any comes again."""
    kinds = [kind for _ in range(many // len(KINDS) + 1) for kind in chance.sample(KINDS, len(KINDS))][:many]
    moments = sorted(chance.uniform(0, seconds) for _ in kinds)
    return [Trouble(*one, chance.choice(AWAY)) for one in zip(moments, kinds, strict=True)]


def trouble_wires(plan: Sequence[Trouble], wires: Sequence[Wire], counts: Counter[str], *, over: Event) -> None:
    """Let the troubles of the wires happen, each to its end, until the last has ended or the night is ``over``."""
    steps = [(one.second, one, True) for one in plan] + [(one.second + one.lasting, one, False) for one in plan]
    for trouble, begins in _in_time(sorted(steps, key=lambda step: step[0]), over):
        wire = wires[trouble.wire]
        if not begins:
            wire.mend()
            continue
        counts[trouble.kind] += 1
        WIRES[trouble.kind](wire)


def trouble_all(
    plan: Sequence[Trouble], hospital: Hospital, describe: Callable[[], object], counts: Counter[str], *, over: Event
) -> None:
    """Let processes fall and rise, Redis forget, and ``describe`` a bed that was not there, until the night ends."""
    for trouble, _begins in _in_time([(one.second, one, True) for one in plan], over):
        if trouble.kind == WIPED:
            hospital.forget()
        elif trouble.kind == REBUILT:
            describe()
        else:
            name, how = FALLS[trouble.kind]
            hospital.fall(name, how, away=trouble.lasting)
        counts[trouble.kind] += 1


def _in_time(steps: Sequence[tuple[float, Trouble, bool]], over: Event) -> Iterator[tuple[Trouble, bool]]:
    began = time.monotonic()
    for second, trouble, begins in steps:
        if over.wait(max(0.0, began + second - time.monotonic())):
            return
        yield trouble, begins
