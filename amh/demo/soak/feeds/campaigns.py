"""Feeds that are troubled, and one that is not: what is left behind must be the same."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import Random

from amh.demo.soak import machines
from amh.demo.soak.feeds import courses, ledgers, troubles
from amh.demo.soak.feeds.hospitals import Hospital
from amh.demo.soak.feeds.ledgers import Ledger
from amh.demo.soak.feeds.senders import Progress, Sender
from amh.demo.soak.feeds.tellings import Told
from amh.demo.soak.feeds.troubles import Fall

FALL_EVERY, HANGS_UP = 500, 0.02
"""Of each kind something falls once in so many messages; how often senders break off by themselves."""
MOST = 5
"""Faults of each kind that are told in words."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Plan:
    """The same ``messages``, by so many ``connections``, in ``runs`` that are troubled, each otherwise."""

    messages: int = 2000
    runs: int = 20
    connections: int = 8
    seed: int = 1

    def chance(self, of: str) -> Random:
        """What decides of one thing: the same for the same seed."""
        return Random(f"{self.seed} {of}")

    def falls(self, run: int) -> list[Fall]:
        """What falls in a run: of each kind one in so many messages, one at least."""
        each = max(1, self.messages // FALL_EVERY)
        return troubles.drawn(self.messages, each=each, chance=self.chance(f"falls {run}"))


@dataclass(frozen=True)
class Run:
    """What came of a feed: its ``counts``, whatever was never accepted, and what it left behind."""

    ledger: Ledger
    counts: Counter[str]
    faults: list[str]
    seconds: float


def soak(plan: Plan, *, at: datetime, say: Say) -> list[str]:
    """Run the campaign, ``say`` what came of each feed, and return in words what must not be."""
    drawn = courses.courses(plan.messages, at=at, chance=plan.chance("courses"))
    shares = courses.shared(drawn, connections=plan.connections, chance=plan.chance("connections"))
    told, beds = [one for course in drawn for one in course], courses.beds(drawn)
    calm = _run(plan, shares, beds, 0)
    faults = _tell("undisturbed", calm, calm, told, say=say)
    for number in range(1, plan.runs + 1):
        faults += _tell(f"run {number}", _run(plan, shares, beds, number), calm, told, say=say)
    say(f"feed runs={plan.runs} messages={len(told)} seed={plan.seed} faults={len(faults)}")
    return faults


def _run(plan: Plan, shares: Sequence[list[Told]], beds: Sequence[tuple[str, str]], number: int) -> Run:
    """One feed; the first, number 0, is not troubled."""
    progress, over = Progress(), threading.Event()
    with machines.running(Hospital(beds)) as hospital, ThreadPoolExecutor(len(shares) + 1) as pool:
        ledgers.keep_account(hospital.database)
        began = time.monotonic()
        falls = plan.falls(number) if number else []
        troubled = pool.submit(troubles.trouble, falls, hospital, progress, over=over)
        senders = [
            Sender(hospital.port, plan.chance(f"sender {number} {share}"), progress, hangs_up=HANGS_UP if number else 0)
            for share in range(len(shares))
        ]
        sent = [pool.submit(sender.tell, told) for sender, told in zip(senders, shares, strict=True)]
        try:
            for one in sent:
                one.result()
        finally:
            over.set()
        fallen = troubled.result()
        ledger = ledgers.closed(hospital.database)
        return Run(ledger, progress.counts + fallen, progress.faults, time.monotonic() - began)


def _tell(name: str, run: Run, calm: Run, told: Sequence[Told], *, say: Say) -> list[str]:
    """Say a run in numbers; what must not be, in words."""
    found = {
        "unaccepted": run.faults,
        "lost": run.ledger.lost(told),
        "twice": run.ledger.twice(),
        "disorder": run.ledger.disorder(told),
        "differences": run.ledger.differences(calm.ledger),
    }
    counts = run.counts + run.ledger.states() + Counter(rows=run.ledger.stands.total())
    said = [f"{one.replace(' ', '_')}={number}" for one, number in sorted(counts.items())]
    said += [f"{kind}={len(those)}" for kind, those in found.items()]
    say(f"{name}: messages={len(told)} {' '.join(said)} seconds={run.seconds:.0f}")
    faults = [f"{name}: {fault}" for kind in found.values() for fault in kind[:MOST]]
    for fault in faults:
        say(fault)
    return faults
