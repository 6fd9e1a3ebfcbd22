"""Seals: the read traces of each night, hashed and chained to those before (SEC-4).

The database refuses to change a trace; whoever owns the database could still take the refusal away. A seal says of a
range of traces what they were, and of the seal before it which one it was: nothing in between can change unseen.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max

from amh.core.models import AccessTrace, TraceSeal
from amh.core.transactions import act, hold

logger = logging.getLogger(__name__)

MARGIN = timedelta(hours=1)
"""How old a trace is when it is sealed: every transaction that could still write one before it has ended by then."""

LONGEST = 10_000
"""Traces under one seal at most."""

SEALED = (
    "id",
    "at",
    "by_id",
    "role",
    "page",
    "kind",
    "patient_id",
    "stay_id",
    "unit_id",
    "exceptional_access_id",
    "params",
    "count",
    "ip",
)


def seal_all(*, at: datetime) -> int:
    """Seal every trace that is old enough at ``at``; return how many."""
    sealed = 0
    while made := seal(at=at):
        sealed += made.count
        # Whoever keeps the logs elsewhere can prove that no seal was made anew.
        logger.info("Traces %s sealed: %s", made, made.digest)
    return sealed


@act
def seal(*, at: datetime) -> TraceSeal | None:
    """Seal the oldest traces that have none yet, ``LONGEST`` at most; ``None`` when nothing waits.

    Two workers that come at once make one seal after the other, never two of the same traces.
    """
    hold("core.seals")
    before = TraceSeal.objects.order_by("last_trace_id").last()
    after = before.last_trace_id if before else 0
    newest = AccessTrace.objects.filter(at__lte=at - MARGIN).aggregate(newest=Max("pk"))["newest"] or 0
    waiting = AccessTrace.objects.filter(pk__gt=after, pk__lte=newest)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:LONGEST])
    if not ids:
        return None
    return TraceSeal.objects.create(
        first_trace_id=ids[0],
        last_trace_id=ids[-1],
        count=len(ids),
        digest=digest(before.digest if before else "", after=after, last=ids[-1]),
        sealed_at=at,
    )


def digest(chained: str, *, after: int, last: int) -> str:
    """The hash of the traces of ids above ``after`` up to ``last``, behind the digest ``chained`` before them."""
    hashed = hashlib.sha256(chained.encode())
    traces = AccessTrace.objects.filter(pk__gt=after, pk__lte=last).order_by("pk")
    for values in traces.values_list(*SEALED).iterator(chunk_size=2_000):
        hashed.update(_line(values))
    return hashed.hexdigest()


def _line(values: tuple[Any, ...]) -> bytes:
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return json.dumps(plain, sort_keys=True).encode() + b"\n"


def disagreeing() -> Iterator[TraceSeal]:
    """The seals that no longer agree with their traces, the oldest first.

    Each is checked against the digest that stands before it, so that one broken range does not hide the next.
    """
    before, chained = 0, ""
    for one in TraceSeal.objects.order_by("last_trace_id"):
        traces = AccessTrace.objects.filter(pk__gt=before, pk__lte=one.last_trace_id)
        if traces.count() != one.count or digest(chained, after=before, last=one.last_trace_id) != one.digest:
            yield one
        before, chained = one.last_trace_id, one.digest
