"""The change feed: what actions touched, in the order in which it became visible.

A position is a transaction id below which all is decided: no transaction that runs is older (``xmin`` of a PostgreSQL
snapshot), and none is newer than the newest change that is visible. A change that is visible has been written to disk
with the ids handed out before it; those after it, a server that falls hands out a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from django.db import connection, transaction
from django.db.models import Max, Min

from amh.core.live import bell
from amh.core.models import Change

KEPT = timedelta(days=1)

# A transaction that ran while the reader last looked is named in the mark, so nothing committed late is skipped and
# nothing already read comes back, however long another transaction lasts. Rows of transactions that this server has not
# yet begun came with a copy from another server: they say nothing here.
HERE = """
SELECT pg_current_snapshot()::text, max(transaction) FROM core_change
WHERE transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""
SINCE = """
WITH own AS NOT MATERIALIZED (
    SELECT topic, ref, transaction, at FROM core_change
    WHERE transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       OR transaction = pg_current_xact_id_if_assigned()::text::bigint
)
SELECT snapshot, newest, horizon, topic, ref
FROM (
    SELECT pg_current_snapshot()::text AS snapshot, max(transaction) AS newest FROM core_change
    WHERE transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) AS here LEFT JOIN (
    SELECT CASE WHEN at < now() - make_interval(secs => %s) THEN transaction END AS horizon
    FROM own ORDER BY transaction LIMIT 1
) AS oldest ON true LEFT JOIN (
    SELECT DISTINCT topic, ref FROM own WHERE transaction >= %s OR transaction = ANY(%s)
) AS change ON true
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a reader has come: everything below ``high`` has been read, but for the transactions in ``running``."""

    low: int
    high: int
    running: tuple[int, ...] = ()

    @classmethod
    def at(cls, position: int) -> Self:
        """The mark of a reader of whom nothing but a position is known."""
        return cls(low=position, high=position)

    @classmethod
    def parse(cls, snapshot: str, newest: int | None) -> Self:
        """Read PostgreSQL's text form of a snapshot, ``xmin:xmax:xip,xip``, as far as the ``newest`` change."""
        low, _high, running = snapshot.split(":")
        high = (newest or 0) + 1
        before = (int(one) for one in running.split(",") if one)
        return cls(low=min(int(low), high), high=high, running=tuple(one for one in before if one < high))


@dataclass(slots=True)
class Batch:
    """What a reader had not seen, by topic, and its new mark. Not ``complete`` when older rows are gone for ever."""

    mark: Mark
    refs: dict[str, set[int]] = field(default_factory=dict)
    complete: bool = True


def announce(topic: str, refs: Iterable[int], *, at: datetime) -> None:
    """Write in the running transaction that ``refs`` of ``topic`` were touched at ``at``; boards hear at the commit."""
    changes = Change.objects.bulk_create(Change(topic=topic, ref=ref, at=at) for ref in sorted(set(refs)))
    ringing = any(function is bell.ring for _, function, *_ in connection.run_on_commit)
    if changes and not ringing:
        transaction.on_commit(bell.ring, robust=True)


def here() -> Mark:
    """The mark of a reader who has just read everything."""
    with connection.cursor() as cursor:
        cursor.execute(HERE)
        return Mark.parse(*cursor.fetchone())


def position() -> int:
    """The position to print in a page, taken before the queries of that page."""
    return here().low


def since(mark: Mark) -> Batch:
    """Read, in one statement, all that became visible after ``mark``.

    A mark of more than ``KEPT`` ago, or ahead of the database (one restored from a copy), gives a batch that is not
    complete: the reader must begin again from the whole.
    """
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [KEPT.total_seconds(), mark.high, list(mark.running)])
        rows = cursor.fetchall()
    snapshot, newest, horizon = rows[0][:3]
    batch = Batch(mark=Mark.parse(snapshot, newest))
    batch.complete = (horizon or 0) <= mark.high <= batch.mark.high
    for *_, topic, ref in rows:
        if topic is not None:
            batch.refs.setdefault(topic, set()).add(ref)
    return batch


def prune(*, at: datetime) -> int:
    """Delete the rows that are older than ``KEPT`` and tell how many; the newest stays, to tell what is too old."""
    before = at - KEPT
    recent = Change.objects.filter(at__gte=before).aggregate(first=Min("transaction"))["first"]
    old = Change.objects.filter(at__lt=before)
    if recent is not None:
        old = old.filter(transaction__lt=recent)
    newest = old.aggregate(last=Max("transaction"))["last"]
    return 0 if newest is None else Change.objects.filter(transaction__lt=newest).delete()[0]
