"""How a database that does not answer shows itself."""

from django.db import DatabaseError, InterfaceError, OperationalError

AWAY = (OperationalError, InterfaceError)


def is_away(error: BaseException | None) -> bool:
    """Tell whether the error says that the database went away, and nothing of what it was asked.

    A server that dies amid an answer may be a bare ``DatabaseError`` to the driver, without the code that all that
    PostgreSQL itself says bears.
    """
    if isinstance(error, AWAY):
        return True
    return type(error) is DatabaseError and getattr(error.__cause__, "pgcode", "") is None
