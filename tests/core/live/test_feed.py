from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from amh.core.live import bell, feed
from amh.core.live.feed import Mark
from amh.core.models import Change
from tests.core.live.streams import position_past_all


def test_a_mark_is_read_from_a_snapshot() -> None:
    assert Mark.parse("10:20:10,14,15", 19) == Mark(low=10, high=20, running=(10, 14, 15))
    assert Mark.parse("10:10:", 9) == Mark.at(10)


def test_a_mark_goes_no_further_than_what_is_on_disk() -> None:
    """A server that falls hands out again the ids that came after the newest change."""
    assert Mark.parse("10:20:10,14,15", 14) == Mark(low=10, high=15, running=(10, 14))
    assert Mark.parse("10:20:10,14,15", 8) == Mark.at(9)
    assert Mark.parse("10:20:10", None) == Mark.at(1)


def test_a_change_is_read_once(transactional_db, touch) -> None:
    start = feed.here()
    touch(1, 2, 2)
    first = feed.since(start)
    assert first.refs == {"doors": {1, 2}}
    assert feed.since(first.mark).refs == {}


def test_the_refs_of_one_act_are_written_once(transactional_db, touch) -> None:
    touch(2, 1, 2)
    assert list(Change.objects.order_by("pk").values_list("ref", flat=True)) == [1, 2]


def test_an_act_that_is_rolled_back_leaves_nothing(transactional_db, touch) -> None:
    start = feed.here()
    with transaction.atomic():
        touch(1)
        transaction.set_rollback(True)
    assert feed.since(start).refs == {}


def test_a_late_commit_is_not_skipped(transactional_db, touch, elsewhere) -> None:
    start = feed.here()
    elsewhere.touch(1)
    touch(2)
    between = feed.since(start)
    elsewhere.commit()
    after = feed.since(between.mark)
    assert between.refs == {"doors": {2}}
    assert after.refs == {"doors": {1}}


def test_a_long_transaction_elsewhere_neither_delays_nor_repeats(transactional_db, touch, elsewhere) -> None:
    elsewhere.touch(1)
    mark = feed.here()
    for ref in (2, 3, 4):
        touch(ref)
        batch = feed.since(mark)
        assert batch.refs == {"doors": {ref}}
        mark = batch.mark


def test_a_position_is_safe_to_resume_from_while_another_transaction_runs(transactional_db, touch, elsewhere) -> None:
    elsewhere.touch(1)
    touch(2)
    position = feed.position()
    elsewhere.commit()
    assert 1 in feed.since(Mark.at(position)).refs["doors"]


def test_savepoints_belong_to_their_transaction(transactional_db) -> None:
    start = feed.here()
    with transaction.atomic():
        feed.announce("doors", [1], at=timezone.now())
        with transaction.atomic():
            feed.announce("doors", [2], at=timezone.now())
    assert feed.since(start).refs == {"doors": {1, 2}}
    assert Change.objects.values("transaction").distinct().count() == 1


def test_one_bell_for_a_transaction_that_announces_twice(db) -> None:
    with transaction.atomic():
        feed.announce("doors", [1], at=timezone.now())
        feed.announce("windows", [1], at=timezone.now())
        rings = [function for _, function, *_ in connection.run_on_commit]
    assert rings == [bell.ring]


def test_the_bell_of_an_undone_part_is_rung_for_what_follows(db) -> None:
    with transaction.atomic():
        with transaction.atomic():
            feed.announce("doors", [1], at=timezone.now())
            transaction.set_rollback(True)
        assert not connection.run_on_commit
        feed.announce("doors", [2], at=timezone.now())
        assert len(connection.run_on_commit) == 1


def test_nothing_touched_rings_no_bell(db) -> None:
    with transaction.atomic():
        feed.announce("doors", [], at=timezone.now())
        assert not connection.run_on_commit


def test_pruning_keeps_a_day_and_the_newest_older_row(transactional_db, touch) -> None:
    now = timezone.now()
    for age in (50, 40, 30, 20, 10):
        feed.announce("doors", [age], at=now - timedelta(hours=age))
    assert feed.prune(at=now) == 2
    assert sorted(Change.objects.values_list("ref", flat=True)) == [10, 20, 30]
    assert feed.prune(at=now) == 0


def test_a_row_dated_back_does_not_take_newer_ones_with_it(transactional_db) -> None:
    now = timezone.now()
    for age in (50, 10, 40):
        feed.announce("doors", [age], at=now - timedelta(hours=age))
    assert feed.prune(at=now) == 0


def test_the_first_change_ever_is_read_like_any_other(transactional_db, touch) -> None:
    start = feed.here()
    Change.objects.create(topic="doors", ref=1, at=timezone.now()).delete()
    touch(2)
    assert feed.since(start).complete


def test_a_position_older_than_the_oldest_row_is_too_old(transactional_db) -> None:
    now = timezone.now()
    position = feed.position()
    for age in (50, 40):
        feed.announce("doors", [age], at=now - timedelta(hours=age))
    fresh = position_past_all()
    feed.prune(at=now)
    assert not feed.since(Mark.at(position)).complete
    assert feed.since(Mark.at(fresh)).complete


def test_a_position_ahead_of_the_database_is_too_old(transactional_db) -> None:
    assert not feed.since(Mark.at(10**12)).complete


def test_an_empty_feed_is_complete(transactional_db) -> None:
    assert feed.since(feed.here()).complete


def test_rows_that_came_with_a_copy_of_another_database_say_nothing(transactional_db) -> None:
    now = timezone.now()
    start = feed.here()
    Change.objects.create(topic="doors", ref=1, at=now - timedelta(days=3), transaction=start.high + 10**9)
    batch = feed.since(start)
    assert (batch.complete, batch.refs) == (True, {})
