"""What a site says of the systems that talk to it: what people call them, and when their silence is news."""

from dataclasses import dataclass
from datetime import datetime

from amh.core import audit, rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from amh.interop.actions import alerts
from amh.interop.models import Sender
from wards.models import Calendar
from wards.queries import calendars
from wards.weeks import ALWAYS


@dataclass(frozen=True)
class Listening:
    """The name people give a sender, whether its silence is told, after how many minutes of which hours."""

    name: str
    watched: bool
    silence_minutes: int
    calendar: Calendar | None = None


@act
def listen(*, sender: Sender, said: Listening, by: User | None, at: datetime) -> Sender:
    """Say when the silence of a sender is news; boards follow at once. Raises ``Denied``."""
    rules.check(by, Permission.SET_PARAMETERS)
    sender = Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    sender.name, sender.watched = " ".join(said.name.split()), said.watched
    sender.silence_minutes, sender.calendar = said.silence_minutes, said.calendar
    sender.save(update_fields=["name", "watched", "silence_minutes", "calendar"])
    calendar_id = said.calendar.pk if said.calendar else None
    facts = {"watched": said.watched, "silence_minutes": said.silence_minutes, "calendar": calendar_id}
    audit.record("sender.listen", subject=sender, by=by, at=at, **facts)
    hours = calendars.week_of(said.calendar) if said.calendar else ALWAYS
    silent = alerts.is_silent(sender, hours, at=at)
    alerts.mark(sender, sender.last_message_at if silent else None, at=at)
    return sender
