"""Threads that may ask the database on behalf of the streams, each with one connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, close_old_connections, connections

from amh.core.outages import is_away

P = ParamSpec("P")
R = TypeVar("R")


class Worker:
    """One thread, hence one database connection, kept between calls and replaced when it is found broken."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in the thread and wait for the result. Raises one of ``AWAY`` when the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: _fresh(call, *args, **kwargs))

    def stop(self) -> None:
        """Close the database connection and end the thread, once it has finished what it does."""
        self._threads.submit(connections.close_all)
        self._threads.shutdown(wait=False)


def _fresh(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return call(*args, **kwargs)
    except DatabaseError as error:
        if is_away(error):
            raise OperationalError(*error.args) from error
        raise
    finally:
        close_old_connections()
