"""Statements that PostgreSQL plans once for a connection and not at each request.

For one that joins many tables the planning costs more than the reading. PostgreSQL itself goes on planning anew for as
long as that gives a better plan than the one that is kept (``plan_cache_mode = auto``).
"""

from typing import Any
from weakref import WeakSet

from django.db import connection


class Prepared:
    """A statement under a name of its own, with the PostgreSQL type of each ``%(parameter)s`` in it.

    It lives in a session of PostgreSQL: a pooler in front of the database must give each connection one for itself.
    """

    def __init__(self, name: str, sql: str, **types: str) -> None:
        numbers = {parameter: f"${number}" for number, parameter in enumerate(types, start=1)}
        taken = f" ({', '.join(types.values())})" if types else ""
        given = f" ({', '.join(f'%({parameter})s' for parameter in types)})" if types else ""
        self._prepare = f"PREPARE {name}{taken} AS {sql % numbers}"
        self._execute = f"EXECUTE {name}{given}"
        self._prepared: WeakSet[Any] = WeakSet()

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows for these values, one for each parameter of the statement."""
        with connection.cursor() as cursor:
            if connection.connection not in self._prepared:
                self._prepare_here()
            cursor.execute(self._execute, values)
            return list(cursor.fetchall())

    def _prepare_here(self) -> None:
        """Prepare on the driver's own connection: this belongs to opening it, and is no statement of a page."""
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(self._prepare)
        self._prepared.add(connection.connection)
