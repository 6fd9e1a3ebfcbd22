"""A database for the time of a campaign: the one in use is never touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def scratch() -> Iterator[str]:
    """Make a migrated database beside the one in use, use it, and drop it."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"soak_{os.getpid()}"
    made = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield made
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
