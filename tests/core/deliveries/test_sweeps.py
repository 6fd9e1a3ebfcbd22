import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from amh.core.deliveries import tasks
from amh.core.models import AuditEntry, DeliveryState, Heartbeat
from amh.interop.models import FeedAlert
from tests.core.deliveries.rows import FUTURE, PAST, Enter, make_due, states, sweep
from tests.mail_servers import Post, free_port


def test_what_is_due_is_sent_once(enter: Enter, post: Post) -> None:
    delivery = enter()
    assert (sweep(), sweep()) == (1, 0)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (DeliveryState.SENT, 1, None)
    (receipt,) = delivery.receipts
    assert receipt["receipt"] == post.transmissions[0]["Message-ID"]
    assert datetime.fromisoformat(receipt["at"]) == delivery.sent_at


def test_what_is_not_due_waits(enter: Enter, post: Post) -> None:
    enter(due_at=timezone.now() + FUTURE)
    assert sweep() == 0
    assert post.transmissions == []


def test_the_longest_due_leaves_first_and_no_more_than_asked(enter: Enter, post: Post) -> None:
    enter()
    enter(due_at=timezone.now() - timedelta(hours=1))
    assert sweep(limit=1) == 1
    assert states() == [DeliveryState.PENDING, DeliveryState.SENT]
    assert sweep(seconds=0) == 0


def test_a_server_that_asks_to_come_back_is_asked_again(enter: Enter, post: Post) -> None:
    delivery = enter()
    post.answers = ["451 4.3.0 busy"]
    assert (sweep(), sweep()) == (1, 0)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert "4.3.0" in delivery.last_error
    assert delivery.due_at > timezone.now()
    make_due(delivery)
    assert sweep() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.SENT, 2, "")


def test_what_is_refused_for_good_becomes_a_persons_work(enter: Enter, post: Post) -> None:
    delivery = enter()
    post.answers = ["550 5.7.1 no"]
    assert (sweep(), sweep()) == (1, 0)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.EXHAUSTED
    assert "5.7.1" in delivery.last_error
    entry = AuditEntry.objects.get(action="feed_alert.exhaust")
    assert (entry.subject_id, entry.by) == (delivery.pk, None)


def test_a_reaction_that_fails_leaves_no_final_state_behind(enter: Enter, post: Post) -> None:
    delivery = enter()
    post.answers = ["550 5.7.1 no"]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry ADD CONSTRAINT full_journal CHECK (action <> 'feed_alert.exhaust')")
    with pytest.raises(IntegrityError):
        sweep()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING


def test_when_the_way_out_is_closed_the_others_keep_their_attempts(enter: Enter, post: Post, settings) -> None:
    deliveries = [enter() for _ in range(3)]
    settings.EMAIL_PORT = free_port()
    assert sweep() == 1
    for delivery in deliveries:
        delivery.refresh_from_db()
    assert [delivery.attempts for delivery in deliveries] == [1, 0, 0]
    assert set(states()) == {DeliveryState.PENDING}


def test_a_broken_row_stops_nobody_and_says_no_more_than_its_name(enter: Enter, post: Post, settings) -> None:
    delivery = enter()
    enter()
    settings.EMAIL_BACKEND = "nowhere.Backend"
    assert sweep() == 2
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "ModuleNotFoundError")


def test_what_is_too_late_is_refused_and_not_sent(enter: Enter, post: Post) -> None:
    enter(expires_at=timezone.now() + PAST)
    enter(expires_at=timezone.now() + FUTURE)
    assert sweep() == 1
    assert states() == [DeliveryState.EXPIRED, DeliveryState.SENT]
    assert len(post.transmissions) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_never_send_the_same_row(enter: Enter, post: Post) -> None:
    for number in range(30):
        enter(lane=str(number % 20) if number % 2 else "")
    together = threading.Barrier(2, timeout=30)
    counts: list[int] = []

    def run() -> None:
        together.wait()
        try:
            counts.append(sweep())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep()
    assert set(Counter(message["Message-ID"] for message in post.transmissions).values()) == {1}
    assert len(post.letters) == 30
    assert sum(counts) <= 30
    assert set(FeedAlert.objects.values_list("state", "attempts")) == {(DeliveryState.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_with_a_transaction_open(enter: Enter, post: Post) -> None:
    enter()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sweep()
    assert post.transmissions == []


def test_the_sweep_of_all_kinds_shows_that_it_lives(enter: Enter, post: Post) -> None:
    enter()
    tasks.sweep("interop.FeedAlert")
    assert not Heartbeat.objects.filter(name="deliveries").exists()
    enter()
    tasks.sweep()
    assert states() == [DeliveryState.SENT, DeliveryState.SENT]
    assert Heartbeat.objects.filter(name="deliveries").exists()
