"""How a test that commits leaves the database: empty, at the cost of the few rows that it wrote; and how a run does."""

from collections.abc import Sequence

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

KEPT = {"django_content_type", "auth_permission"}
"""Tables that the migrations fill."""

DELETE = """
DO $$ DECLARE name text; BEGIN
SET LOCAL session_replication_role = replica;
FOREACH name IN ARRAY ARRAY[%s] LOOP EXECUTE format('DELETE FROM %%I', name); END LOOP;
END $$
"""


def empty_by_deleting() -> None:
    """Empty tables by deleting rows: to truncate a hundred tables and fill those of ``KEPT`` anew costs 0.25 s.

    It needs the right to set triggers aside; a database whose role has it not is truncated.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return
    DatabaseOperations.sql_flush = _delete_all
    for config in apps.get_app_configs():
        create_contenttypes(config, verbosity=0)
        create_permissions(config, verbosity=0)
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def send_others_away() -> None:
    """End every other connection to the database: one that a thread has just closed may still be there for a moment.

    Asked on a new connection: the one in use may have been ended by the last test.
    """
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _delete_all(_self: DatabaseOperations, _style: object, tables: Sequence[str], **_choices: bool) -> list[str]:
    names = ", ".join(f"'{table}'" for table in sorted(set(tables) - KEPT))
    return [DELETE % names]
