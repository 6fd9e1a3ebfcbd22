"""What is stored is applied in processes of their own: the listener meanwhile stores and answers what comes next."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from threading import Lock
from typing import ParamSpec, TypeVar

from django.db import connections
from django.utils import timezone

from amh.core import heartbeats
from amh.interop.actions import messages
from amh.interop.mllp import children
from amh.interop.models import InboundMessage

A = ParamSpec("A")
R = TypeVar("R")

MOST = 4
"""Processes at most, on a machine of many processors: the database has others to serve."""


class Appliers:
    """Processes that apply messages, the next of a lane where the one before was.

    What was in hand when a process died is tried once more, then stays stored, for the sweep.
    """

    def __init__(self, *, many: int | None = None) -> None:
        self._many = many or min(MOST, os.cpu_count() or 1)
        self._lock = Lock()
        self._busy: dict[str, InboundMessage | None] = {}
        """Lanes that are being applied, each with what came for it since."""
        self._suspects: set[int] = set()
        """Messages that were in hand when a process died."""
        self._is_closing = False
        self._pool = self._opened()

    def apply(self, row: InboundMessage) -> None:
        """Have the lane of a stored message applied, once however many come for it before its turn."""
        place = row.lane or f"#{row.pk}"
        with self._lock:
            if place in self._busy:
                self._busy[place] = row
                return
            self._busy[place] = None
        pool, applied = self._submit(_apply, row)
        applied.add_done_callback(partial(self._applied, row, place, pool))

    def catch_up(self) -> "Future[int]":
        """Apply what was stored and left, here or by a process that died, and show a sign of life."""
        return self._submit(_catch_up)[1]

    def close(self) -> None:
        """Finish what is being applied; what waits stays stored."""
        self._is_closing = True
        self._pool.shutdown(cancel_futures=True)

    def _applied(self, row: InboundMessage, place: str, pool: ProcessPoolExecutor, done: "Future[None]") -> None:
        with self._lock:
            newer = self._busy.pop(place)
        if self._is_closing or done.cancelled():
            return
        if isinstance(done.exception(), BrokenProcessPool):
            self._replace(pool)
            newer = newer or (row if row.pk not in self._suspects else None)
            self._suspects.add(row.pk)
        if newer is not None:
            self.apply(newer)

    def _submit(
        self, work: Callable[A, R], *args: A.args, **kwargs: A.kwargs
    ) -> tuple[ProcessPoolExecutor, "Future[R]"]:
        pool = self._pool
        try:
            return pool, pool.submit(work, *args, **kwargs)
        except BrokenProcessPool:
            pool = self._replace(pool)
            return pool, pool.submit(work, *args, **kwargs)

    def _replace(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        """Other processes instead of these, unless that was done already."""
        with self._lock:
            if self._pool is broken:
                self._pool = self._opened()
            return self._pool

    def _opened(self) -> ProcessPoolExecutor:
        # Not forked: a listener that already runs threads would hand on their locks.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._many, mp_context=context, initializer=children.begin)


def _apply(row: InboundMessage) -> None:
    messages.apply_or_leave(row, clock=timezone.now)
    connections["default"].close_if_unusable_or_obsolete()


def _catch_up() -> int:
    try:
        heartbeats.show("mllp", at=timezone.now())
        return messages.apply_waiting(clock=timezone.now)
    finally:
        connections["default"].close_if_unusable_or_obsolete()
