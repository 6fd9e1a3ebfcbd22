import pytest
import redis
from django.db import transaction
from django.utils import timezone

from amh.core.deliveries import claims, queue
from amh.core.errors import Conflict
from amh.core.models import AuditEntry, DeliveryState, User
from amh.core.models.deliveries import ATTEMPTS
from amh.interop.models import FeedAlert
from tests.core.deliveries.rows import FUTURE, Enter, states, sweep
from tests.mail_servers import Post


def test_the_same_key_is_entered_once(enter: Enter) -> None:
    assert enter(key="essai") == enter(key="essai")
    assert FeedAlert.objects.count() == 1


def test_after_the_last_attempt_a_person_sees_to_it(enter: Enter, post: Post) -> None:
    delivery = enter()
    FeedAlert.objects.update(attempts=ATTEMPTS - 1)
    post.answers = ["451 4.3.0 busy"]
    sweep()
    assert states() == [DeliveryState.EXHAUSTED]
    person = User.objects.get()
    queue.retry(delivery, by=person, at=timezone.now())
    sweep()
    assert states() == [DeliveryState.SENT]
    assert AuditEntry.objects.get(action="delivery.retry").by == person


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_and_not_twice(enter: Enter, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        with transaction.atomic():
            enter(key="essai")
            assert client.llen("celery") == 0
        enter(key="essai")
        assert client.llen("celery") == 1
        assert b"core.deliveries.sweep" in client.lindex("celery", 0)


def test_what_has_not_left_may_be_taken_back(enter: Enter, post: Post) -> None:
    delivery = enter()
    queue.cancel(delivery, by=None, at=timezone.now())
    assert sweep() == 0
    assert states() == [DeliveryState.CANCELLED]
    assert AuditEntry.objects.get(action="delivery.cancel").subject_id == delivery.pk


def test_what_may_be_leaving_is_not_taken_back(enter: Enter) -> None:
    enter()
    taken = claims.claim(FeedAlert)
    with pytest.raises(Conflict, match="« En cours d’envoi »"):
        queue.cancel(taken, by=None, at=timezone.now())


def test_nothing_is_tried_again_once_it_is_too_late(enter: Enter, post: Post) -> None:
    delivery = enter(expires_at=timezone.now() + FUTURE)
    post.answers = ["550 5.7.1 no"]
    sweep()
    with pytest.raises(Conflict, match="trop tard"):
        queue.retry(delivery, by=None, at=timezone.now() + FUTURE * 2)
