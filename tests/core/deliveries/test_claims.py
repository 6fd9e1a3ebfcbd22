from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from amh.core.deliveries import claims, queue
from amh.core.deliveries.failures import Away, Permanent
from amh.core.models import DeliveryState
from amh.core.models.deliveries import ATTEMPTS
from amh.interop.models import FeedAlert
from tests.core.deliveries.rows import PAST, Enter, let_die, make_due, states, sweep
from tests.mail_servers import Post


def test_a_worker_killed_after_the_answer_sends_the_same_message_id_again(enter: Enter, post: Post) -> None:
    enter()
    taken = claims.claim(FeedAlert)
    taken.send()
    assert sweep() == 0, "another's lease is respected"
    let_die(taken)
    assert sweep() == 1
    assert len(post.transmissions) == 2
    assert len(post.letters) == 1
    assert states() == [DeliveryState.SENT]


def test_a_sender_that_outlived_its_lease_changes_nothing(enter: Enter, caplog) -> None:
    enter()
    late = claims.claim(FeedAlert)
    let_die(late)
    other = claims.claim(FeedAlert)
    claims.succeed(late, "too late")
    late.refresh_from_db()
    assert (late.state, late.attempts, late.lease_until) == (DeliveryState.SENDING, 2, other.lease_until)
    assert "outlived its lease" in caplog.text


def test_a_lease_outlives_any_task(enter: Enter) -> None:
    enter()
    taken = claims.claim(FeedAlert)
    assert claims.lease() == timedelta(minutes=4)
    assert taken.lease_until == taken.clock + claims.lease()


def test_pauses_double_up_to_an_hour_and_never_agree() -> None:
    longest = [60, 120, 240, 480, 960, 1920, 3600, 3600]
    for attempts, seconds in enumerate(longest, start=1):
        pauses = {claims.pause(attempts).total_seconds() for _ in range(20)}
        assert len(pauses) > 1
        assert seconds / 2 <= min(pauses) <= max(pauses) <= seconds


@pytest.mark.parametrize("change", [{"attempts": ATTEMPTS}, {"expires_at": timezone.now() + PAST}])
def test_what_a_dead_worker_left_and_nobody_may_try_again_goes_to_a_person(enter: Enter, post: Post, change) -> None:
    enter()
    taken = claims.claim(FeedAlert)
    FeedAlert.objects.update(**change)
    let_die(taken)
    assert sweep() == 0
    taken.refresh_from_db()
    assert taken.state == DeliveryState.EXHAUSTED
    assert "on ne sait pas" in taken.last_error
    assert post.transmissions == []


def test_what_nobody_was_there_to_take_waits_for_ever_and_its_attempts_stay(enter: Enter) -> None:
    row = enter()
    FeedAlert.objects.update(attempts=ATTEMPTS - 1)
    for _attempt in range(3):
        make_due(row)
        claims.fail(claims.claim(FeedAlert), Away("nobody"))
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (DeliveryState.PENDING, ATTEMPTS - 1, "nobody")
    assert row.due_at > timezone.now()


def test_a_lane_leaves_in_order(enter: Enter, post: Post) -> None:
    first, second = enter(lane="7"), enter(lane="7", due_at=timezone.now() - timedelta(hours=1))
    assert sweep() == 2
    sent = [message["Message-ID"] for message in post.transmissions]
    for delivery in (first, second):
        delivery.refresh_from_db()
    assert sent == [first.receipts[0]["receipt"], second.receipts[0]["receipt"]]


def test_the_head_of_a_lane_holds_its_own_lane_only(enter: Enter, post: Post) -> None:
    head = enter(lane="7")
    enter(lane="7")
    enter(lane="8")
    enter()
    post.answers = ["451 4.3.0 busy"]
    assert sweep() == 3
    assert states() == [DeliveryState.PENDING, DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.SENT]
    make_due(head)
    post.answers = ["550 5.7.1 no"]
    assert sweep() == 2
    assert states()[:2] == [DeliveryState.EXHAUSTED, DeliveryState.SENT], "a final failure lets the others pass"


def test_nothing_of_a_lane_leaves_while_another_of_it_is_being_sent(enter: Enter) -> None:
    enter(lane="7")
    enter(lane="7")
    head = claims.claim(FeedAlert)
    assert claims.claim(FeedAlert) is None
    claims.fail(head, Permanent("non"))
    second = claims.claim(FeedAlert)
    queue.retry(head, by=None, at=timezone.now() + PAST)
    assert claims.claim(FeedAlert) is None
    let_die(second)
    assert claims.claim(FeedAlert) == head


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_takes_at_this_moment_is_passed_over(enter: Enter) -> None:
    enter()
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM interop_feedalert FOR UPDATE")
    assert claims.claim(FeedAlert) is None
    other.rollback()
    other.close()
    assert claims.claim(FeedAlert)
