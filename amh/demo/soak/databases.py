"""A database for the time of a campaign: the one in use is never touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HASTE = {"synchronous_commit": "off", "deadlock_timeout": "'20ms'"}
"""What lets many rounds fit into a minute: a second waited at each deadlock is most of what they last."""


@contextmanager
def scratch() -> Iterator[str]:
    """Make a migrated database beside the one in use, use it, and drop it."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"soak_{os.getpid()}"
    made = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        hasten()
        yield made
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def hasten() -> None:
    """Have the connections that this database gets from now on lose no time; some of it only where that is allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        for name in HASTE if cursor.fetchone()[0] else ["synchronous_commit"]:
            database = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {database} SET {name} = {HASTE[name]}")
