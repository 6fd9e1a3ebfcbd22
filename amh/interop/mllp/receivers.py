"""What becomes of one block: each of its messages is stored, answered, and given to those who apply it."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection, connections
from django.utils import timezone

from amh.interop.actions import messages
from amh.interop.hl7.acks import ack, failure
from amh.interop.hl7.frames import TOO_LONG, split
from amh.interop.mllp.appliers import Appliers
from amh.interop.mllp.blocks import Block

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
    """Stores in threads of its own and has others apply, so that a sender waits for no message but its own.

    A message waits ``patience`` seconds for a database that is away.
    """

    def __init__(self, appliers: Appliers, *, patience: float = PATIENCE) -> None:
        self.appliers = appliers
        self._patience = patience
        self._storing = ThreadPoolExecutor(THREADS, thread_name_prefix="store")

    def receive(self, block: Block) -> "Future[list[Reply]]":
        """Store the messages of a block; the answers, one for each, in order."""
        return self._storing.submit(self._stored_and_answered, block)

    def close(self) -> None:
        """Finish what is being stored and applied; what waits stays stored."""
        self._storing.shutdown()
        self.appliers.close()

    def _stored_and_answered(self, block: Block) -> list[Reply]:
        try:
            return list(self._answers(block))
        finally:
            connections["default"].close_if_unusable_or_obsolete()

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
            self.appliers.apply(receipt.row)
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
