"""Log-ins, in the database so that Redis may die, with what is known of their lock beside what Django keeps."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now


class Session(AbstractBaseSession):
    """A log-in of one person in one browser.

    ``seen_at`` is when a page was last asked for (to the minute), ``locked_at`` since when it waits for its owner,
    ``failures`` how often somebody else than the owner has tried since.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    seen_at = models.DateTimeField(db_default=Now())
    locked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """The store that reads and writes these rows."""
        return SessionStore

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row. A store that saves again writes what it knows of: a lock made meanwhile stays."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = ["session_data", "expire_date", "user"]
        super().save(*args, **kwargs)


class SessionStore(db.SessionStore):
    """The sessions of Django in rows of ours; ``row`` is the one that was read for this request."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The rows."""
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session and keep its row."""
        self.row = self._get_session_from_db()  # type: ignore[attr-defined]
        return self.decode(self.row.session_data) if self.row else {}

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write, with the person to whom it belongs."""
        row = cast("Session", super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        return row
