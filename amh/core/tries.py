"""What slows guessing down: how often an address has shown a secret, or typed a code, that nobody knows."""

from datetime import datetime, timedelta

from django.db import connection

TRIES, WINDOW = 20, timedelta(minutes=5)
"""How many tries an address has in that time before it is told to wait."""

# One statement, so that any number of processes count together; a window that is over begins anew.
COUNT = """
INSERT INTO core_tokenfailure AS known (address, since, count) VALUES (%(address)s, %(at)s, 1)
ON CONFLICT (address) DO UPDATE SET
    since = CASE WHEN known.since <= %(over)s THEN excluded.since ELSE known.since END,
    count = CASE WHEN known.since <= %(over)s THEN 1 ELSE known.count + 1 END
RETURNING since, count
"""


def count(address: str | None, *, at: datetime) -> timedelta | None:
    """Count one more try of ``address``; how long it has to wait once there are too many, else ``None``.

    A caller without an address is not counted.
    """
    if address is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"address": address, "at": at, "over": at - WINDOW})
        since, number = cursor.fetchone()
    return since + WINDOW - at if number > TRIES else None
