"""The frame of every action: one transaction, deadlocks tried again, the database's refusals turned into sentences."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amh.core.errors import Conflict

A = ParamSpec("A")
R = TypeVar("R")

DEADLOCK = "40P01"
ATTEMPTS = 4

VIOLATIONS: dict[str, str | Promise] = {}
"""The sentence for each constraint that two people at once may break, by constraint name; apps add their own."""


_is_acting: ContextVar[bool] = ContextVar("is_acting", default=False)


def act(function: Callable[A, R]) -> Callable[A, R]:
    """Run an action whole or not at all.

    A deadlock is tried again from the start, then becomes a ``Conflict``, as does any constraint that refuses. Called
    inside another action, it is part of it: that one alone may start again, and is undone whole when this is refused.
    """

    @functools.wraps(function)
    def run(*args: A.args, **kwargs: A.kwargs) -> R:
        if _is_acting.get():
            return function(*args, **kwargs)
        tries = 1 if connection.in_atomic_block else ATTEMPTS
        for left in reversed(range(tries)):
            try:
                with transaction.atomic(), _acting():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if _code(error) != DEADLOCK or tries == 1:
                    raise
                if not left:
                    raise busy() from error
            except IntegrityError as error:
                raise refusal(error) from error
        raise AssertionError("unreachable")

    return run


@contextmanager
def _acting() -> Iterator[None]:
    token = _is_acting.set(True)
    try:
        yield
    finally:
        _is_acting.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Let an action inside another be refused, or fail, and undo itself alone: whoever calls it goes on without it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal(error) from error


def hold(name: str) -> None:
    """Let the transactions that hold one name come one after the other, where no row stands yet for what they look for.

    The name is let go when the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def busy() -> Conflict:
    """Say that too many people touched the same rows at once."""
    return Conflict(_("Plusieurs personnes agissent en même temps ici. Recommencer dans un instant."), code="busy")


def refusal(error: IntegrityError) -> Conflict:
    """Turn the name of the broken constraint into the sentence registered for it."""
    diagnostics = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None) or ""
    sentence = VIOLATIONS.get(name) or _("Quelqu’un vient de modifier ces données. Recharger la page et recommencer.")
    return Conflict(str(sentence), code=name or "integrity")


def _code(error: Exception) -> str | None:
    return getattr(error.__cause__, "pgcode", None)
