"""What the database itself knows of a feed: each message, each decision upon one, and what stands at the end."""

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import environ
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from amh.demo.soak import dumps
from amh.demo.soak.feeds.tellings import Told

ALIAS = "feed"
PATIENCE, PAUSE = 90.0, 0.2
"""Seconds without a decision, sweeps of what was left included, after which what waits is lost; between two looks."""
KEEP_ACCOUNT = """
CREATE TABLE soak_decision (id bigserial PRIMARY KEY, message bigint NOT NULL);
CREATE FUNCTION soak_decide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO soak_decision (message) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER soak_decided AFTER UPDATE OF state ON interop_inboundmessage
FOR EACH ROW EXECUTE FUNCTION soak_decide();
"""
"""Each decision leaves a row in the transaction that takes it: how often a message was applied, and in which order."""
STORED = """
SELECT application, control_id, message.id, state, reason, duplicates,
    array(SELECT id FROM soak_decision WHERE message = message.id ORDER BY id)
FROM interop_inboundmessage message JOIN interop_sender sender ON sender.id = sender_id ORDER BY message.id
"""
LEFT = "SELECT count(*) FROM interop_inboundmessage WHERE state = 'received'"


@dataclass(frozen=True)
class Row:
    """A message as it is stored; ``decisions`` upon it, by their numbers in the order in which they were taken."""

    pk: int
    state: str
    reason: str
    duplicates: int
    decisions: tuple[int, ...]


@dataclass(frozen=True)
class Ledger:
    """What one feed left behind: the rows of each message, and what stands in the tables of the ward."""

    rows: dict[tuple[str, str], list[Row]]
    stands: Counter[str]

    def lost(self, told: Sequence[Told]) -> list[str]:
        """Messages that were accepted and are not stored, or stored and not decided upon."""
        keys = dict.fromkeys(one.key for one in told)
        return [f"lost: {key}" for key in keys if not any(row.decisions for row in self.rows.get(key, []))]

    def twice(self) -> list[str]:
        """Messages that are stored, or were applied, more than once."""
        return [f"twice: {key}" for key, rows in self.rows.items() if len(rows) > 1 or len(rows[0].decisions) > 1]

    def disorder(self, told: Sequence[Told]) -> list[str]:
        """Messages stored or decided upon before one of the same patient that had been sent before them."""
        lanes: dict[tuple[str, str], list[Told]] = {}
        for one in {one.key: one for one in told}.values():
            for lane in one.lanes:
                lanes.setdefault(lane, []).append(one)
        return [fault for lane in lanes.values() for fault in self._disorder(lane)]

    def _disorder(self, lane: Sequence[Told]) -> Iterator[str]:
        known = [(one, self.rows[one.key][0]) for one in lane if one.key in self.rows]
        for (_told, before), (told, after) in itertools.pairwise(known):
            if before.pk > after.pk or before.decisions[:1] > after.decisions[:1]:
                yield f"disorder: {told.key}"

    def differences(self, other: "Ledger") -> list[str]:
        """What another feed of the same messages decided, or left in the tables, otherwise."""
        missing, more = other.stands - self.stands, self.stands - other.stands
        found = [f"missing: {row}" for row in missing.elements()] + [f"too much: {row}" for row in more.elements()]
        for key in self.rows.keys() | other.rows.keys():
            one, two = ([(row.state, row.reason) for row in ledger.rows.get(key, [])] for ledger in (other, self))
            if one != two:
                found.append(f"decided: {key} {one} {two}")
        return found

    def states(self) -> Counter[str]:
        """How many are in which state, and how often one came again."""
        found = Counter(row.state for rows in self.rows.values() for row in rows)
        found["duplicates"] = sum(row.duplicates for rows in self.rows.values() for row in rows)
        return found


def keep_account(database: str) -> None:
    """Have this database note every decision."""
    with _connected(database) as alias, connections[alias].cursor() as cursor:
        cursor.execute(KEEP_ACCOUNT)


def closed(database: str) -> Ledger:
    """What is known of a feed that has ended, once nothing waits any more, or nothing has been decided for too long."""
    with _connected(database) as alias, connections[alias].cursor() as cursor:
        left, since = _left(cursor), time.monotonic()
        while left and time.monotonic() - since < PATIENCE:
            time.sleep(PAUSE)
            before, left = left, _left(cursor)
            since = since if left == before else time.monotonic()
        with transaction.atomic(using=alias):
            # The worker goes on writing: one moment is looked at.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return _read(alias, cursor)


def _read(alias: str, cursor: CursorWrapper) -> Ledger:
    cursor.execute(STORED)
    rows: dict[tuple[str, str], list[Row]] = {}
    for application, control_id, pk, state, reason, duplicates, decisions in cursor.fetchall():
        row = Row(pk, state, reason, duplicates, tuple(decisions))
        rows.setdefault((application, control_id), []).append(row)
    return Ledger(rows, dumps.dump(using=alias))


def _left(cursor: CursorWrapper) -> int:
    cursor.execute(LEFT)
    return int(cursor.fetchone()[0])


@contextmanager
def _connected(database: str) -> Iterator[str]:
    """Another database beside the one in use, by its alias."""
    connections.databases[ALIAS] = connections.databases["default"] | environ.Env.db_url_config(database)
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]
