"""Where people work now: their units, those they cover, and their duties; and what a wall screen shows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from amh.core.entitlements import Posting
from amh.core.roles import Role

# A cover or a duty holds from its first instant to its last, that one excluded, as every time range here.
POSTINGS = """
SELECT user_id, unit_id, false FROM wards_membership
WHERE user_id = ANY(%(users)s) AND valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)
UNION ALL
SELECT user_id, unit_id, false FROM wards_cover
WHERE user_id = ANY(%(users)s) AND starts_at <= %(at)s AND ends_at > %(at)s
UNION ALL
SELECT account_id, unit_id, false FROM wards_screen JOIN wards_screen_units ON screen_id = wards_screen.id
WHERE account_id = ANY(%(users)s)
UNION ALL
SELECT user_id, unit_id, true FROM wards_duty
WHERE user_id = ANY(%(users)s) AND starts_at <= %(at)s AND ends_at > %(at)s
"""


def postings(user_ids: Collection[int], *, at: datetime) -> dict[int, Posting]:
    """What gives each of these people rights at ``at``; whoever works nowhere is left out. One query."""
    units: dict[int, set[int]] = defaultdict(set)
    duties: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(POSTINGS, {"users": list(user_ids), "at": at})
        for user_id, unit_id, on_duty in cursor.fetchall():
            if on_duty:
                duties[user_id].add((Role.ON_CALL.value, unit_id))
            else:
                units[user_id].add(unit_id)
    found = units.keys() | duties.keys()
    return {pk: Posting(frozenset(units[pk]), frozenset(duties[pk])) for pk in found}
