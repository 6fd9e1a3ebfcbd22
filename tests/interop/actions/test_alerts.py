from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from amh.core.actions import parameters
from amh.core.deliveries import sweeps
from amh.core.models import AuditEntry, DeliveryState, User
from amh.core.roles import Role
from amh.interop.actions import alerts
from amh.interop.models import FeedAlert, Sender
from amh.interop.tasks.alerts import watch
from tests.mail_servers import Post

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=timezone.get_default_timezone())
LATER = NOON + timedelta(minutes=61)


@pytest.fixture
def sender(db) -> Sender:
    """A sender that talks all day and said its last word at noon."""
    return Sender.objects.create(
        application="GAM & Cie", facility="CHU", watched=True, silence_minutes=60, last_message_at=NOON
    )


@pytest.fixture
def administrators(db) -> None:
    make, role = User.objects.create_user, Role.ADMINISTRATOR
    make("admin1", role=role, email="un@example.org")
    make("admin2", role=role, email="deux@example.org")
    make("admin3", role=role)
    make("parti", role=role, email="parti@example.org", is_active=False)
    make("amh", role=Role.AMH, email="amh@example.org")


def talk(sender: Sender, *, at: datetime) -> None:
    Sender.objects.filter(pk=sender.pk).update(last_message_at=at)


def watch_and_send(*, at: datetime) -> None:
    alerts.watch(at=at)
    sweeps.sweep(FeedAlert)


def states() -> list[str]:
    return list(FeedAlert.objects.order_by("pk").values_list("state", flat=True))


def test_administrators_are_told_which_feed_stopped_since_when_and_where_to_look(
    sender: Sender, administrators: None, post: Post
) -> None:
    watch_and_send(at=LATER)
    (letter,) = post.transmissions
    assert letter["To"] == "deux@example.org, un@example.org"
    assert letter["Subject"] == "Flux interrompu : GAM & Cie / CHU"
    text = letter.get_content()
    assert "« GAM & Cie / CHU » n’envoie plus de messages" in text
    assert "samedi 14 mars 2026 à 12:00" in text
    assert "Silence toléré : 60 min" in text
    assert "/interop/messages/" in text


def test_the_letter_is_written_in_the_words_of_the_site(sender: Sender, administrators: None, post: Post) -> None:
    for key, words in (("feed_alert_subject", "{sender}\nmuet"), ("feed_alert_body", "{day} {hour} {minutes}")):
        parameters.change(key=key, value={"fr": words, "en": ""}, by=None, at=NOON)
    watch_and_send(at=LATER)
    (letter,) = post.transmissions
    assert letter["Subject"] == "GAM & Cie / CHU muet"
    assert letter.get_content().strip() == "samedi 14 mars 2026 12:00 60"


def test_a_silence_is_told_once_and_the_next_one_again(sender: Sender, administrators: None, post: Post) -> None:
    watch_and_send(at=LATER)
    watch_and_send(at=LATER + timedelta(hours=9))
    assert len(post.transmissions) == 1
    talk(sender, at=LATER + timedelta(hours=10))
    watch_and_send(at=LATER + timedelta(hours=10))
    assert len(post.transmissions) == 1, "a feed that talks again needs no letter"
    watch_and_send(at=LATER + timedelta(hours=11))
    assert len(post.letters) == 2
    assert states() == [DeliveryState.SENT, DeliveryState.SENT]


def test_a_feed_that_talks_again_before_the_letter_left_needs_none(
    sender: Sender, administrators: None, post: Post
) -> None:
    post.answers = ["451 4.3.0 busy"]
    watch_and_send(at=LATER)
    assert states() == [DeliveryState.PENDING]
    talk(sender, at=LATER)
    watch_and_send(at=LATER)
    assert states() == [DeliveryState.CANCELLED]
    assert post.transmissions == []


def test_without_an_address_the_alert_is_a_failure_that_is_seen(sender: Sender, post: Post) -> None:
    watch_and_send(at=LATER)
    alert = FeedAlert.objects.get()
    assert (alert.state, alert.attempts) == (DeliveryState.EXHAUSTED, 1)
    assert alert.last_error == "Aucun administrateur actif n’a d’adresse électronique."
    assert AuditEntry.objects.get(action="feed_alert.exhaust").params == {"sender": sender.pk}
    talk(sender, at=LATER)
    alerts.watch(at=LATER)
    assert states() == [DeliveryState.CANCELLED]


@pytest.mark.parametrize(
    "change",
    [{"watched": False}, {"last_message_at": None}, {"silence_minutes": 62}],
    ids=["unwatched", "never", "patient"],
)
def test_no_alert_where_no_silence_is_meant(sender: Sender, change: dict[str, object]) -> None:
    Sender.objects.update(**change)
    alerts.watch(at=LATER)
    assert states() == []


def test_the_periodic_job_watches_by_the_clock_on_the_wall(sender: Sender) -> None:
    talk(sender, at=timezone.now() - timedelta(minutes=59))
    watch()
    assert states() == []
    talk(sender, at=timezone.now() - timedelta(minutes=60))
    watch()
    assert states() == [DeliveryState.PENDING]
