"""What people do with messages in quarantine."""

from datetime import timedelta
from functools import partial
from random import Random

import pytest
from django.db import IntegrityError, transaction

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.demo.soak.duels import duel
from amh.interop.actions import quarantines, replays
from amh.interop.models import IgnoreReason, InboundMessage, MessageState, Replay
from patients.models import Placement
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.interop.actions.feeding import feed

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
ALL = InboundMessage.objects.all


def kept(count: int = 1) -> list[InboundMessage]:
    """Messages in quarantine: cancellations of nothing."""
    return feed(*[adt("A13", ipp=f"{number}", visit=f"V{number}") for number in range(count)])


def ignore(row: InboundMessage, **changed: object) -> InboundMessage:
    said: dict[str, object] = {"reason": IgnoreReason.TEST, "note": "", "by": a_user(Role.BED_MANAGER), "at": LATER}
    return quarantines.ignore(row=row, **(said | changed))  # type: ignore[arg-type]


def test_the_code_of_the_refusal_stands_beside_its_words() -> None:
    (row,) = kept()
    assert (row.reason_code, row.reason) == (
        "nothing_to_cancel",
        "Aucun séjour connu ne correspond à cette annulation.",
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"bonjour", "no_header"),
        (b"MSH|^~\\&|GAM|CLCC", "type_unreadable"),
        (adt("A01").replace(b"|P|2.5", b"|X|2.5"), "processing_id"),
        (adt("A20"), "unused_event"),
        (adt("A02", patient_class="O"), "outpatient"),
        (adt("A28", name="X" * 5_000), "value_refused"),
        (adt("A01", ipp="").replace(b"^^^CLCC^PI", b""), "no_identifier"),
        (adt("Z99", origin="A02", action="UPDATE"), "unknown_movement"),
        (adt("A01"), ""),
    ],
)
def test_whatever_becomes_of_a_message_has_its_code(raw: bytes, code: str) -> None:
    (row,) = feed(raw)
    assert row.reason_code == code


def test_a_message_is_set_aside_for_a_reason_and_put_back() -> None:
    (row,) = kept()
    by = a_user(Role.ADMINISTRATOR)
    row = ignore(row, reason=IgnoreReason.OTHER, note="Vu avec le GAM", by=by)
    assert (row.state, row.ignored_by, row.ignored_at, row.note) == (MessageState.IGNORED, by, LATER, "Vu avec le GAM")
    assert row.reason_code == "nothing_to_cancel"
    row = quarantines.restore(row=row, by=by, at=LATER)
    row.refresh_from_db()
    assert (row.state, row.ignored_by, row.ignored_because, row.note) == (MessageState.QUARANTINED, None, "", "")
    told = AuditEntry.objects.filter(subject_id=row.pk, action__startswith="message.").order_by("pk")
    assert list(told.values_list("action", "params")) == [
        ("message.ignore", {"reason": "other"}),
        ("message.restore", {}),
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reason": "because"}, "unknown_reason"),
        ({"reason": IgnoreReason.OTHER, "note": " "}, "required"),
        ({"note": "x" * 301}, "too_long"),
    ],
)
def test_a_reason_is_one_that_says_something(said: dict[str, object], code: str) -> None:
    (row,) = kept()
    with pytest.raises(Invalid) as refused:
        ignore(row, **said)
    assert refused.value.code == code


def test_only_what_is_in_quarantine_is_set_aside_and_only_what_was_set_aside_is_put_back() -> None:
    accepted, unused = feed(adt("A01"), adt("A20"))
    with pytest.raises(Conflict, match="plus en quarantaine"):
        ignore(accepted)
    for row in (accepted, unused):
        with pytest.raises(Conflict) as refused:
            quarantines.restore(row=row, by=a_user(Role.BED_MANAGER), at=LATER)
        assert refused.value.code == "not_set_aside"


def test_others_may_do_nothing_of_all_this() -> None:
    (row,) = kept()
    nurse = a_user(Role.NURSE)
    with pytest.raises(Denied):
        ignore(row, by=nurse)
    with pytest.raises(Denied):
        quarantines.ignore_all(chosen=ALL(), reason=IgnoreReason.TEST, note="", by=nurse, at=LATER)
    for act in (quarantines.restore, quarantines.replay):
        with pytest.raises(Denied):
            act(row=row, by=nurse, at=LATER)
    with pytest.raises(Denied):
        quarantines.restore_all(chosen=ALL(), by=nurse, at=LATER)
    with pytest.raises(Denied):
        replays.ask(chosen=ALL(), by=nurse, at=LATER)


def test_many_are_set_aside_and_put_back_together() -> None:
    feed(adt("A01"), adt("A20"), adt("A13", ipp="7", visit="V7"), adt("A13", ipp="8", visit="V8"))
    by, why = a_user(Role.BED_MANAGER), {"reason": IgnoreReason.MISTAKE, "note": ""}
    assert quarantines.ignore_all(chosen=ALL(), **why, by=by, at=LATER) == 2
    with pytest.raises(Conflict) as refused:
        quarantines.ignore_all(chosen=ALL(), **why, by=by, at=LATER)
    assert refused.value.code == "none_left"
    assert quarantines.restore_all(chosen=ALL(), by=by, at=LATER) == 2
    assert InboundMessage.objects.filter(state=MessageState.QUARANTINED).count() == 2


def test_the_database_refuses_half_of_it() -> None:
    (row,) = kept()
    by = a_user(Role.BED_MANAGER)
    for said in (
        {"state": MessageState.IGNORED, "ignored_by": by, "ignored_at": NOW},
        {"ignored_by": by, "ignored_at": NOW, "ignored_because": IgnoreReason.TEST},
        {"state": MessageState.IGNORED, "ignored_by": by, "ignored_at": NOW, "ignored_because": IgnoreReason.OTHER},
        {"state": MessageState.ACCEPTED, "replay": Replay.objects.create(asked_by=by, asked_at=NOW, total=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            InboundMessage.objects.filter(pk=row.pk).update(**said)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_settle_a_message_once() -> None:
    (row,) = kept()
    one, other = a_user(Role.BED_MANAGER), a_user(Role.ADMINISTRATOR)
    acts = [partial(ignore, row, by=by) for by in (one, other)]
    refused = [error for error in duel(acts, chance=Random(1)) if error]
    assert [error.code for error in refused if isinstance(error, Conflict)] == ["not_quarantined"]
    assert AuditEntry.objects.filter(action="message.ignore").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_replay_once() -> None:
    kept(4)
    one, other = a_user(Role.BED_MANAGER), a_user(Role.ADMINISTRATOR)
    acts = [partial(replays.ask, chosen=ALL(), by=by, at=LATER) for by in (one, other)]
    refused = [error for error in duel(acts, chance=Random(1)) if error]
    assert [error.code for error in refused if isinstance(error, Conflict)] == ["none_left"]
    assert (Replay.objects.get().total, InboundMessage.objects.exclude(replay=None).count()) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_try_each_message_once() -> None:
    kept(6)
    replay = replays.ask(chosen=ALL(), by=a_user(Role.BED_MANAGER), at=LATER)

    def work() -> None:
        while replays.step(at=LATER):
            pass

    assert duel([work, work], chance=Random(1)) == [None, None]
    replay.refresh_from_db()
    assert (replay.quarantined, replay.tried, replay.finished_at) == (6, 6, LATER)
    assert AuditEntry.objects.filter(action="message.replay").count() == 6
    assert not Placement.objects.exists()
