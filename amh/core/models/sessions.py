"""Log-ins, in the database so that Redis may die, with what is known of their lock beside what Django keeps."""

from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import Now
from django.utils import timezone

from amh.core.models.users import User
from amh.core.prepared_statements import Prepared

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]

LOCK_MINUTES = "session_lock_minutes"
"""The parameter of the site that each session is read with: after how long a page that nobody touches locks."""
UNSAID_LOCK_MINUTES = 10


class Session(AbstractBaseSession):
    """A log-in of one person in one browser.

    ``seen_at`` is when a page was last asked for (to the minute), ``locked_at`` since when it waits for its owner,
    ``failures`` how often somebody else than the owner has tried since.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    seen_at = models.DateTimeField(db_default=Now())
    locked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    lock_minutes: int | None = None
    """What the site says of the lock, when it was read with the row."""

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """The store that reads and writes these rows."""
        return SessionStore

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row. A store that saves again writes what it knows of: a lock made meanwhile stays."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = ["session_data", "expire_date", "user"]
        super().save(*args, **kwargs)


def _columns(table: str, model: type[models.Model]) -> str:
    return ", ".join(f"{table}.{field.column}" for field in model._meta.concrete_fields)  # noqa: SLF001 - documented


# Every page begins with these three, so they are one reading: a password changed, an account closed or another patience
# holds at the very next request, because nothing of it is kept from one request to another.
ALIVE = Prepared(
    "session_alive",
    f"""
    SELECT {_columns("session", Session)}, {_columns("person", User)}, (
        SELECT value #>> '{{}}' FROM core_parametervalue WHERE key = '{LOCK_MINUTES}' AND unit_id IS NULL
        ORDER BY entered_at DESC, id DESC LIMIT 1
    )
    FROM core_session session LEFT JOIN core_user person ON person.id = session.user_id
    WHERE session.session_key = %(key)s AND session.expire_date > %(now)s
    """,  # noqa: S608 - names of columns only
    key="text",
    now="timestamptz",
)


class SessionStore(db.SessionStore):
    """The sessions of Django in rows of ours; ``row`` is the one that was read for this request."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The rows."""
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session and keep its row."""
        self.row = _alive(self.session_key)
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write, with the person to whom it belongs."""
        row = cast("Session", super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        return row


def _alive(key: str | None) -> Session | None:
    """The session of that key with its person and the site's patience, unless it has run out. One statement."""
    for values in ALIVE.rows(key=key, now=timezone.now()):
        row, rest = _made(Session, values)
        person, (minutes,) = _made(User, rest)
        row.user = person if person.pk else None
        row.lock_minutes = UNSAID_LOCK_MINUTES if minutes is None else int(minutes)
        return row
    return None


def _made(model: type[M], values: Row) -> tuple[M, Row]:
    """The object that the first of these values are, and the other values."""
    names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - documented
    return model.from_db(DEFAULT_DB_ALIAS, names, values[: len(names)]), values[len(names) :]
