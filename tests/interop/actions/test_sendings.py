"""What is told to others of what is done here."""

from datetime import timedelta

import pytest

from amh.core.models import DeliveryState
from amh.core.roles import Role
from amh.interop.actions import sendings
from amh.interop.models import OutboundMessage
from patients.actions import beds as bed_acts
from patients.actions import departures, expected_discharges, leaves, movements, reconciliations, stays, swaps
from patients.models import Certainty, ExitMode, Movement, Stay, StayKind
from patients.rules.reconciliations import Answer
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.receivers import a_receiver, numbered
from tests.interop.actions.feeding import feed
from wards.models import UnitKind

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = NOW + 6 * HOUR


def told(**only: object) -> list[tuple[str, str, str]]:
    rows = OutboundMessage.objects.filter(**only).order_by("pk")
    return [(row.trigger, row.action, row.number) for row in rows]


def events(**only: object) -> list[str]:
    return [trigger for trigger, _action, _number in told(**only)]


@pytest.fixture
def unit():
    return a_unit("MED")


@pytest.fixture
def lits():
    return a_user(Role.BED_MANAGER)


def expected(unit) -> Stay:
    patient = numbered(a_patient())
    return stays.preadmit(patient=patient, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)


def arrived(unit, bed) -> Stay:
    stay = expected(unit)
    stays.admit(stay=stay, unit=unit, bed=bed, by=None, at=NOW)
    return stay


def test_each_act_is_told_as_its_event(unit, lits):
    receiver = a_receiver()
    stay = arrived(unit, a_bed(unit, "201"))
    stays.move(stay=stay, to=a_bed(unit, "202"), by=lits, at=NOW + HOUR)
    leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + 2 * HOUR)
    leaves.come_back(stay=stay, by=lits, at=NOW + 3 * HOUR)
    departures.to_lounge(stay=stay, by=lits, at=NOW + 4 * HOUR)
    stays.discharge(stay=stay, mode=ExitMode.HOME, by=lits, at=NOW + 5 * HOUR)
    assert events() == ["A05", "A01", "A02", "A21", "A22", "A02", "A03"]
    assert {row.lane for row in OutboundMessage.objects.all()} == {f"{receiver.pk}:patient:{stay.patient_id}"}
    assert len({row.control_id for row in OutboundMessage.objects.all()}) == 7


@pytest.mark.parametrize("trigger", ["A38", "A11", "A12", "A52", "A53", "A13"])
def test_what_is_undone_is_taken_back_under_its_number(trigger, unit, lits):
    a_receiver()
    stay = arrived(unit, a_bed(unit, "201"))
    acts = {
        "A12": lambda: stays.move(stay=stay, to=a_bed(unit, "202"), by=lits, at=NOW + HOUR),
        "A52": lambda: leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + HOUR),
        "A13": lambda: stays.discharge(stay=stay, mode=ExitMode.HOME, by=lits, at=NOW + HOUR),
    }
    if trigger in acts:
        movement = acts[trigger]()
    elif trigger == "A53":
        acts["A52"]()
        movement = leaves.come_back(stay=stay, by=lits, at=NOW + 2 * HOUR)
    else:
        movement = stay.movements.get(kind="admission")
        movements.undo(movement=movement, by=a_user(Role.BED_MANAGER), at=NOW + HOUR)
        if trigger == "A38":
            movement = stay.movements.get(kind="preadmission")
    if movement.kind == "preadmission":
        movements.cancel(movement, by=lits, at=NOW + 2 * HOUR)
    elif trigger != "A11":
        movements.undo(movement=movement, by=lits, at=NOW + 3 * HOUR)
    assert told()[-1] == (trigger, "CANCEL", f"M{movement.pk}")


def test_another_hour_is_a_correction_that_keeps_the_number(unit, lits):
    a_receiver()
    stay = arrived(unit, a_bed(unit, "201"))
    movement = stays.move(stay=stay, to=a_bed(unit, "202"), by=lits, at=NOW + HOUR)
    again = movements.retime(movement=movement, effective_at=NOW + HOUR / 2, by=lits, at=NOW + 2 * HOUR)
    assert told()[-1] == ("Z99", "UPDATE", f"M{movement.pk}")
    movements.undo(movement=again, by=lits, at=NOW + 3 * HOUR)
    assert told()[-1] == ("A12", "CANCEL", f"M{movement.pk}")


def test_a_sure_exit_is_told_corrected_and_taken_back(unit, lits):
    a_receiver(events=["A16"])
    stay = arrived(unit, a_bed(unit, "201"))

    def expect(hours: int, certainty: Certainty) -> None:
        moment = NOW + hours * HOUR
        expected_discharges.expect(stay=stay, expected_at=moment, certainty=certainty, by=lits, at=LATER)

    expect(10, Certainty.PROBABLE)
    assert told() == []
    expect(10, Certainty.CERTAIN)
    expect(12, Certainty.CERTAIN)
    expect(12, Certainty.POSSIBLE)
    expect(13, Certainty.POSSIBLE)
    (first, second, third) = told()
    assert [first[:2], second[:2], third[:2]] == [("A16", "INSERT"), ("Z99", "UPDATE"), ("A25", "CANCEL")]
    assert first[2] == second[2] == third[2]
    expect(14, Certainty.CERTAIN)
    assert told()[-1][:2] == ("A16", "INSERT")
    assert told()[-1][2] != first[2]


def test_both_movements_of_an_exchange_are_told_and_taken_back(unit, lits):
    one, other = arrived(unit, a_bed(unit, "201")), arrived(unit, a_bed(unit, "202"))
    a_receiver()
    movement = swaps.swap(stay=one, other=other, by=lits, at=NOW + HOUR)
    assert events() == ["A02", "A02"]
    movements.undo(movement=movement, by=lits, at=NOW + 2 * HOUR)
    assert events() == ["A02", "A02", "A12", "A12"]


def test_only_what_was_asked_for_is_told_and_its_cancellation(unit, lits):
    a_receiver(events=["A03"])
    stay = arrived(unit, a_bed(unit, "201"))
    moved = stays.move(stay=stay, to=a_bed(unit, "202"), by=lits, at=NOW + HOUR)
    movements.undo(movement=moved, by=lits, at=NOW + 2 * HOUR)
    left = stays.discharge(stay=stay, mode=ExitMode.HOME, by=lits, at=NOW + 3 * HOUR)
    movements.undo(movement=left, by=lits, at=NOW + 4 * HOUR)
    assert events() == ["A03", "A13"]


def test_what_another_system_told_is_repeated_to_nobody(unit, lits):
    a_bed(unit, "201", "F")
    a_bed(unit, "202", "F")
    a_receiver(bed_states=False)
    feed(adt("A01"), adt("A02", place="MED^202^F", movement="T1", at=NOW + HOUR / 4))
    feed(adt("A12", movement="T1", at=NOW + HOUR / 4), adt("A03", at=NOW + HOUR / 2))
    assert told() == []


def test_nor_is_what_a_hand_did_and_another_system_took_back(unit, lits):
    a_bed(unit, "201", "F")
    a_receiver()
    feed(adt("A01"))
    stay = Stay.objects.get()
    stays.move(stay=stay, to=a_bed(unit, "202", "F"), by=lits, at=NOW + 2 * HOUR)
    feed(adt("A12", at=NOW + 2 * HOUR))
    assert Movement.objects.filter(source="hand", cancelled_at__isnull=False).exists()
    assert events() == ["A02"]


def test_the_answer_that_somebody_here_gives_to_a_doubtful_bed_is_told(unit, lits):
    a_bed(unit, "201", "F")
    feed(adt("A01", ipp="1", visit="V1"), adt("A01", ipp="2", visit="V2", at=NOW + HOUR / 4))
    newcomer = Stay.objects.get(visit_number="V2")
    a_receiver()
    reconciliations.reconcile(
        stay=newcomer, answer=Answer.MISTAKEN, bed=a_bed(unit, "202", "F"), by=lits, at=NOW + 2 * HOUR
    )
    assert events() == ["A02"]


def test_each_receiver_hears_for_itself(unit, lits):
    one, other = a_receiver(), a_receiver(events=["A03"])
    a_receiver(enabled=False)
    stay = arrived(unit, a_bed(unit, "201"))
    stays.discharge(stay=stay, mode=ExitMode.HOME, by=lits, at=NOW + HOUR)
    assert events(receiver=one) == ["A05", "A01", "A03"]
    assert events(receiver=other) == ["A03"]
    assert OutboundMessage.objects.count() == 4


def test_home_care_ends_one_stay_and_begins_another(unit, lits):
    a_receiver()
    stay = arrived(unit, a_bed(unit, "201"))
    home = a_unit("HAD", kind=UnitKind.HOME_CARE)
    departures.to_home_care(stay=stay, unit=home, by=lits, at=NOW + HOUR)
    assert events()[-2:] == ["A03", "A01"]


def test_without_a_receiver_an_act_asks_one_thing_more_and_writes_nothing(unit, lits, django_assert_max_num_queries):
    stay = arrived(unit, a_bed(unit, "201"))
    beds = [a_bed(unit, "202"), a_bed(unit, "203")]
    with django_assert_max_num_queries(200) as asked:
        stays.move(stay=stay, to=beds[0], by=lits, at=NOW + HOUR)
    about = [query["sql"] for query in asked.captured_queries if "interop_" in query["sql"]]
    assert len(about) == 1
    assert "interop_receiver" in about[0]
    assert told() == []


def test_the_feed_asks_nothing_at_all(unit, django_assert_max_num_queries):
    a_receiver(bed_states=True)
    a_bed(unit, "201", "F")
    with django_assert_max_num_queries(500) as asked:
        feed(adt("A01"), adt("A03", at=NOW + HOUR / 2))
    assert not [query for query in asked.captured_queries if "receiver" in query["sql"]]


def states(**only: object) -> list[tuple[int, str]]:
    rows = OutboundMessage.objects.filter(bed__isnull=False, **only).order_by("pk")
    return [(row.bed_id, row.bed_status) for row in rows]


def leave_all() -> None:
    OutboundMessage.objects.update(state=DeliveryState.SENT, sent_at=NOW)


def test_the_state_of_every_bed_is_told_once_then_what_changes(unit, lits):
    receiver = a_receiver(events=[], bed_states=True)
    a_receiver()
    one, other = a_bed(unit, "201"), a_bed(unit, "202")
    assert sendings.follow_beds(at=NOW) == 2
    leave_all()
    assert sendings.follow_beds(at=NOW) == 0
    stay = arrived(unit, one)
    assert sendings.follow_beds(at=NOW + HOUR) == 1
    leave_all()
    stays.discharge(stay=stay, mode=ExitMode.HOME, by=lits, at=NOW + HOUR)
    sendings.follow_beds(at=NOW + 2 * HOUR)
    leave_all()
    bed_acts.clean(bed=one, by=lits, at=NOW + 2 * HOUR)
    sendings.follow_beds(at=NOW + 3 * HOUR)
    assert states(receiver=receiver)[:2] == [(one.pk, "U"), (other.pk, "U")]
    assert states(receiver=receiver)[2:] == [(one.pk, "O"), (one.pk, "H"), (one.pk, "U")]


def test_of_a_bed_that_waits_to_be_told_the_last_state_alone_is_told(unit, lits):
    a_receiver(events=[], bed_states=True)
    bed = a_bed(unit, "201")
    sendings.follow_beds(at=NOW)
    arrived(unit, bed)
    sendings.follow_beds(at=NOW + HOUR)
    assert states() == [(bed.pk, "O")]


def test_what_was_tried_already_stays_as_it_was_and_the_new_state_follows(unit, lits):
    a_receiver(events=[], bed_states=True)
    bed = a_bed(unit, "201")
    sendings.follow_beds(at=NOW)
    OutboundMessage.objects.update(attempts=1, raw=b"MSH|")
    arrived(unit, bed)
    sendings.follow_beds(at=NOW + HOUR)
    assert states() == [(bed.pk, "U"), (bed.pk, "O")]
    assert len(set(OutboundMessage.objects.values_list("lane", flat=True))) == 1


def test_without_a_receiver_of_beds_they_are_not_even_read(unit, django_assert_num_queries):
    a_receiver()
    a_bed(unit)
    with django_assert_num_queries(1):
        assert sendings.follow_beds(at=NOW) == 0


def test_what_left_long_ago_loses_its_text_and_keeps_its_line(unit):
    a_receiver()
    arrived(unit, a_bed(unit))
    OutboundMessage.objects.update(raw=b"MSH|", said_at=NOW - timedelta(days=31))
    first = OutboundMessage.objects.first()
    OutboundMessage.objects.filter(pk=first.pk).update(state=DeliveryState.SENT, sent_at=NOW)
    assert sendings.forget(at=NOW) == 1
    assert sorted(bytes(raw) for raw in OutboundMessage.objects.values_list("raw", flat=True)) == [b"", b"MSH|"]
