"""Messages tried again together: the oldest first, each whole or not at all, whoever is stopped in between."""

from datetime import timedelta

import pytest

from amh.core.errors import Conflict
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.interop.actions import quarantines, replays
from amh.interop.models import IgnoreReason, InboundMessage, MessageState
from amh.interop.tasks import replays as tasks
from patients.models import Stay
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.interop.actions.feeding import AN_HOUR, feed, where

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
ALL = InboundMessage.objects.all


def waiting() -> list[InboundMessage]:
    """A correction and a cancellation that came before what they are about, and one that stays without object."""
    unit = a_unit("MED")
    a_bed(unit, "201", "F")
    a_bed(unit, "201", "P")
    return feed(
        adt("Z99", movement="M2", origin="A02", place="MED^201^F", at=NOW - 2 * AN_HOUR),
        adt("A12", movement="M2", at=NOW - AN_HOUR),
        adt("A13", ipp="999", visit="V999"),
        adt("A01", movement="M1", at=NOW - 4 * AN_HOUR),
        adt("A02", movement="M2", place="MED^201^P", at=NOW - 3 * AN_HOUR),
    )


def run(*, steps: int = 50) -> None:
    for _turn in range(steps):
        if not replays.step(at=LATER):
            return


def test_all_are_tried_in_the_order_in_which_they_came() -> None:
    rows = waiting()
    by = a_user(Role.BED_MANAGER)
    replay = replays.ask(chosen=ALL(), by=by, at=LATER)
    assert (replay.total, replay.tried) == (3, 0)
    run()
    replay.refresh_from_db()
    assert (replay.accepted, replay.quarantined, replay.ignored, replay.finished_at) == (2, 1, 0, LATER)
    told = AuditEntry.objects.filter(action="message.replay").order_by("pk")
    assert list(told.values_list("subject_id", "by", "params")) == [
        (rows[0].pk, by.pk, {"state": "accepted"}),
        (rows[1].pk, by.pk, {"state": "accepted"}),
        (rows[2].pk, by.pk, {"state": "quarantined"}),
    ]
    left = InboundMessage.objects.filter(state=MessageState.QUARANTINED)
    assert list(left) == [rows[2]]


def test_a_correction_then_a_cancellation_leave_the_patient_where_they_were() -> None:
    waiting()
    replays.ask(chosen=ALL(), by=a_user(Role.BED_MANAGER), at=LATER)
    run()
    assert where(Stay.objects.get(visit_number="V1")) == [("MED", "201 F")]


def test_a_worker_that_stops_loses_nothing() -> None:
    waiting()
    replay = replays.ask(chosen=ALL(), by=a_user(Role.BED_MANAGER), at=LATER)
    run(steps=1)
    replay.refresh_from_db()
    assert (replay.tried, replay.messages.count(), replay.finished_at) == (1, 2, None)
    tasks.run()
    replay.refresh_from_db()
    assert (replay.tried, replay.messages.count()) == (3, 0)
    assert replay.finished_at is not None


def test_who_comes_second_finds_nothing_left_until_the_first_is_done() -> None:
    waiting()
    by = a_user(Role.BED_MANAGER)
    replays.ask(chosen=ALL(), by=by, at=LATER)
    with pytest.raises(Conflict) as refused:
        replays.ask(chosen=ALL(), by=by, at=LATER)
    assert refused.value.code == "none_left"
    run()
    assert replays.ask(chosen=ALL(), by=by, at=LATER).total == 1


def test_what_waits_for_its_turn_is_left_alone() -> None:
    (row,) = feed(adt("A13"))
    by = a_user(Role.BED_MANAGER)
    replays.ask(chosen=ALL(), by=by, at=LATER)
    with pytest.raises(Conflict) as refused:
        quarantines.replay(row=row, by=by, at=LATER)
    assert refused.value.code == "being_replayed"
    with pytest.raises(Conflict):
        quarantines.ignore(row=row, reason=IgnoreReason.TEST, note="", by=by, at=LATER)


def test_replays_come_one_after_the_other() -> None:
    feed(adt("A13", ipp="1", visit="V1"), adt("A13", ipp="2", visit="V2"))
    first, second = (ALL().filter(pk=row.pk) for row in ALL().order_by("-pk"))
    by = a_user(Role.BED_MANAGER)
    made = [replays.ask(chosen=chosen, by=by, at=LATER) for chosen in (first, second)]
    run(steps=2)
    for replay in made:
        replay.refresh_from_db()
    assert (made[0].finished_at, made[1].tried) == (LATER, 0)
    run()
    made[1].refresh_from_db()
    assert made[1].finished_at == LATER


def test_more_than_a_batch_is_left_to_the_next_task(monkeypatch: pytest.MonkeyPatch) -> None:
    feed(*[adt("A13", ipp=f"{number}", visit=f"V{number}") for number in range(4)])
    monkeypatch.setattr(tasks, "BATCH", 2)
    replay = replays.ask(chosen=ALL(), by=a_user(Role.BED_MANAGER), at=LATER)
    tasks.run()
    replay.refresh_from_db()
    assert replay.tried == 2
    tasks.run()
    tasks.run()
    replay.refresh_from_db()
    assert (replay.tried, replay.finished_at is not None) == (4, True)


def test_nothing_to_do_is_nothing_done() -> None:
    tasks.run()
    assert not replays.step(at=LATER)
