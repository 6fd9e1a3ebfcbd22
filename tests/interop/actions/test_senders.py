"""When the silence of a sender is news."""

from datetime import time, timedelta

import pytest

from amh.core.errors import Denied
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.interop.actions import alerts, senders
from amh.interop.actions.senders import Listening
from amh.interop.models import Sender
from tests.expectations import refused
from tests.factories.clocks import paris
from tests.factories.people import a_user
from wards.models import Calendar, OpeningHours

pytestmark = pytest.mark.django_db
FRIDAY = paris("2026-11-20 18:50")


@pytest.fixture
def sender() -> Sender:
    return Sender.objects.create(application="LABO", facility="CLCC", last_message_at=FRIDAY)


@pytest.fixture
def office_hours() -> Calendar:
    calendar = Calendar.objects.create(name="Bureaux")
    for weekday in range(5):
        OpeningHours.objects.create(calendar=calendar, weekday=weekday, opens=time(8), closes=time(19))
    return calendar


def listen(sender: Sender, *, at, calendar=None, watched: bool = True) -> Sender:
    said = Listening("Le  labo", watched, 60, calendar)
    return senders.listen(sender=sender, said=said, by=a_user(Role.ADMINISTRATOR), at=at)


def test_a_sender_gets_its_name_and_a_silence_that_lasts_is_told_at_once(sender: Sender) -> None:
    listen(sender, at=FRIDAY + timedelta(hours=2))
    sender.refresh_from_db()
    assert (str(sender), sender.codes, sender.silent_since) == ("Le labo", "LABO / CLCC", FRIDAY)
    entry = AuditEntry.objects.get(action="sender.listen")
    assert entry.params == {"watched": True, "silence_minutes": 60, "calendar": None}


def test_who_is_watched_no_more_is_silent_no_more(sender: Sender) -> None:
    listen(sender, at=FRIDAY + timedelta(hours=2))
    listen(sender, at=FRIDAY + timedelta(hours=2), watched=False)
    sender.refresh_from_db()
    assert sender.silent_since is None


def test_hours_in_which_nobody_expects_a_word_do_not_count(sender: Sender, office_hours: Calendar) -> None:
    """Ten minutes of Friday evening, then those of Monday morning."""
    listen(sender, at=FRIDAY, calendar=office_hours)
    for at, silent in ((paris("2026-11-22 12:00"), None), (paris("2026-11-23 08:50"), FRIDAY)):
        alerts.watch(at=at)
        sender.refresh_from_db()
        assert sender.silent_since == silent


def test_a_calendar_that_never_opens_expects_no_word(sender: Sender) -> None:
    listen(sender, at=FRIDAY, calendar=Calendar.objects.create(name="Jamais"))
    alerts.watch(at=FRIDAY + timedelta(days=9))
    sender.refresh_from_db()
    assert sender.silent_since is None


def test_a_calendar_that_is_removed_leaves_all_hours(sender: Sender, office_hours: Calendar) -> None:
    listen(sender, at=FRIDAY, calendar=office_hours)
    office_hours.delete()
    alerts.watch(at=paris("2026-11-21 12:00"))
    sender.refresh_from_db()
    assert sender.silent_since == FRIDAY


def test_others_do_not_set_it(sender: Sender) -> None:
    with refused(Denied, "denied"):
        senders.listen(sender=sender, said=Listening("", True, 60), by=a_user(Role.BED_MANAGER), at=FRIDAY)
