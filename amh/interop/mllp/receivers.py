"""What becomes of one block: each of its messages is stored, answered, and applied in the order of its patient."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, connections
from django.utils import timezone

from amh.core import heartbeats
from amh.interop.actions import messages
from amh.interop.hl7.acks import ack, failure
from amh.interop.hl7.frames import TOO_LONG, split
from amh.interop.mllp.blocks import Block
from amh.interop.models import InboundMessage

R = TypeVar("R")
logger = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
PATIENCE, PAUSE = 10.0, 0.5
"""Seconds for which a message waits for a database that is away, before its sender is told so; between two tries."""
NOT_STORED = "Not stored: send again."
THREADS = 4


@dataclass(frozen=True)
class Reply:
    """The answer to one message; ``is_hl7`` is false for what is none."""

    content: bytes
    is_hl7: bool = True


class Receiver:
    """Stores in some threads and applies in others, so that a sender waits for no message but its own.

    A message waits ``patience`` seconds for a database that is away.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._storing = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._applying = ThreadPoolExecutor(THREADS, thread_name_prefix="apply")
        self._waiting: set[str] = set()
        self._lock = Lock()

    def receive(self, block: Block) -> "Future[list[Reply]]":
        """Store the messages of a block; the answers, one for each, in order."""
        return self._storing.submit(_with_connection, lambda: list(self._answers(block)))

    def catch_up(self) -> "Future[int]":
        """Apply what was stored and left, here or by a process that died, and show a sign of life."""
        return self._applying.submit(_with_connection, _catch_up)

    def close(self) -> None:
        """Finish what is being stored and applied; what waits stays stored."""
        self._storing.shutdown()
        self._applying.shutdown(cancel_futures=True)

    def _answers(self, block: Block) -> Iterator[Reply]:
        if block.is_too_long:
            yield Reply(failure(block.content, TOO_LONG, at=timezone.now()))
            return
        for piece in split(block.content):
            yield self._answer(piece)

    def _answer(self, piece: bytes) -> Reply:
        try:
            receipt = self._stored(piece)
        except Exception as error:  # noqa: BLE001 - whatever it was, the sender is told and the connection goes on
            # The text of the error may quote a patient: its kind is enough.
            logger.error("A message could not be stored: %s", type(error).__name__)  # noqa: TRY400
            return Reply(failure(piece, NOT_STORED, at=timezone.now()))
        if receipt.new:
            self._apply(receipt.row)
        return Reply(ack(receipt.message, receipt.code, at=timezone.now()), is_hl7=receipt.message is not None)

    def _stored(self, piece: bytes) -> messages.Receipt:
        """Store a message, waiting for a database that restarts. Raises one of ``AWAY`` when it does not come back."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return messages.receive(piece, at=timezone.now())
            except AWAY:
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)

    def _apply(self, row: InboundMessage) -> None:
        """Have the lane of a message applied once, however many of its messages came before its turn."""
        place = row.lane or f"#{row.pk}"
        with self._lock:
            if place in self._waiting:
                return
            self._waiting.add(place)
        self._applying.submit(_with_connection, lambda: self._go(place, row))

    def _go(self, place: str, row: InboundMessage) -> None:
        with self._lock:
            self._waiting.discard(place)
        messages.apply_or_leave(row, clock=timezone.now)


def _catch_up() -> int:
    heartbeats.show("mllp", at=timezone.now())
    return messages.apply_waiting(clock=timezone.now)


def _with_connection(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        connections["default"].close_if_unusable_or_obsolete()
