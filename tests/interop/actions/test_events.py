"""Every event of the table, cell by cell, from the bytes of the message to what stands in the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from amh.interop.hl7 import table
from amh.interop.hl7.readings import Action
from amh.interop.hl7.table import Effect
from amh.interop.models import InboundMessage, MessageState
from patients.models import (
    Announcement,
    AnnouncementKind,
    Certainty,
    IdentifierType,
    Merge,
    Movement,
    MovementKind,
    Patient,
    PatientIdentifier,
    Stay,
    StayKind,
    StayState,
)
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.places import a_bed, a_unit
from tests.interop.actions.feeding import AN_HOUR, feed, where

pytestmark = pytest.mark.django_db

FIRST, THEN, NEXT, LAST = (NOW - hours * AN_HOUR for hours in (5, 4, 3, 2))
BEFORE = {
    **{trigger: ["A01"] for trigger in ("A02", "A03", "A07", "A15", "A16", "A21", "A54")},
    "A22": ["A01", "A21"],
}
"""What is told before an event, for it to make sense."""
UNDOES = {
    "A11": "A01",
    "A12": "A02",
    "A13": "A03",
    "A25": "A16",
    "A26": "A15",
    "A27": "A14",
    "A38": "A05",
    "A52": "A21",
    "A53": "A22",
    "A55": "A54",
    "A06": "A07",
    "A07": "A06",
}
"""What a cancellation takes back, where it is another event."""


@pytest.fixture(autouse=True)
def ward():
    """Unit MED with the two beds of room 201."""
    unit = a_unit("MED")
    return a_bed(unit, "201", "F"), a_bed(unit, "201", "P")


@dataclass(frozen=True)
class Told:
    """What stands under one number of the sender."""

    kind: str
    effective_at: datetime
    cancelled: bool


def told(number: str) -> Told | None:
    rows = [*Movement.objects.filter(number=number), *Announcement.objects.filter(number=number)]
    assert len(rows) <= 1
    return Told(rows[0].kind, rows[0].effective_at, rows[0].cancelled_at is not None) if rows else None


def prepare(trigger: str) -> None:
    for number, event in enumerate(BEFORE.get(trigger, [])):
        (row,) = feed(adt(event, movement=f"before-{number}", at=FIRST + number * timedelta(minutes=1)))
        assert row.state == MessageState.ACCEPTED, row.reason


def one(message: bytes) -> InboundMessage:
    (row,) = feed(message)
    return row


CELLS = list(table.cells())


def of(*effects: Effect) -> list[tuple[str, Action]]:
    return [(trigger, action) for trigger, action, effect in CELLS if effect in effects]


def exact(at: datetime) -> datetime:
    return at.replace(microsecond=0)


@pytest.mark.parametrize(("trigger", "action"), of(Effect.ENTER))
def test_what_is_told_is_entered_once(trigger, action):
    prepare(trigger)
    message = adt(trigger, movement="X", at=THEN, action=action)
    assert one(message).state == MessageState.ACCEPTED
    assert told("X") == Told(table.EVENTS[trigger].kind, exact(THEN), cancelled=False)
    before = Movement.objects.count(), Announcement.objects.count()
    feed(message.replace(b"|P|2.5", b"bis|P|2.5"))
    assert (Movement.objects.count(), Announcement.objects.count()) == before


@pytest.mark.parametrize(("trigger", "action"), of(Effect.REWRITE))
def test_an_update_of_what_is_known_rewrites_it(trigger, action):
    prepare(trigger)
    feed(adt(trigger, movement="X", at=THEN))
    assert one(adt(trigger, movement="X", at=NEXT, action=action)).state == MessageState.ACCEPTED
    assert told("X") == Told(table.EVENTS[trigger].kind, exact(NEXT), cancelled=False)


@pytest.mark.parametrize("origin", sorted(table.INSERTS))
@pytest.mark.parametrize(("trigger", "action"), of(Effect.CORRECT))
def test_a_correction_rewrites_whatever_event_it_is_about(trigger, action, origin):
    prepare(origin)
    feed(adt(origin, movement="X", at=THEN))
    row = one(adt(trigger, movement="X", at=NEXT, action=action, origin=origin))
    assert (row.state, row.reason) == (MessageState.ACCEPTED, "")
    assert told("X") == Told(table.EVENTS[origin].kind, exact(NEXT), cancelled=False)


def test_z99_without_its_original_event_goes_by_the_number():
    feed(adt("A01", movement="X", at=THEN))
    assert one(adt("Z99", movement="X", at=NEXT)).state == MessageState.ACCEPTED
    assert told("X").effective_at == exact(NEXT)


@pytest.mark.parametrize("origin", ["", "A02"])
def test_z99_enters_nothing(origin):
    feed(adt("A01"))
    row = one(adt("Z99", movement="unheard", origin=origin))
    assert (row.state, row.reason) == (MessageState.QUARANTINED, "Mouvement à corriger inconnu ici.")
    assert Movement.objects.count() == 1


def test_z99_of_what_was_taken_back_changes_nothing():
    feed(adt("A01"), adt("A02", movement="X", at=THEN), adt("A12", movement="X", at=THEN))
    assert one(adt("Z99", movement="X", at=NEXT, origin="A02")).state == MessageState.ACCEPTED
    assert told("X") == Told(MovementKind.TRANSFER, exact(THEN), cancelled=True)


def test_an_update_that_says_no_place_keeps_the_one_that_is_known():
    feed(adt("A01", movement="X", at=THEN))
    feed(adt("Z99", movement="X", at=NEXT, origin="A01", place="").replace(b"^^^^^^^^^MED", b""))
    assert where(Stay.objects.get()) == [("MED", "201 F")]


@pytest.mark.parametrize(("trigger", "action"), of(Effect.STRIKE))
def test_a_cancellation_strikes_out_what_it_is_about(trigger, action):
    told_before = UNDOES.get(trigger, trigger)
    prepare(told_before)
    feed(adt(told_before, movement="X", at=THEN))
    row = one(adt(trigger, movement="X", at=THEN, action=action))
    assert (row.state, row.reason) == (MessageState.ACCEPTED, "")
    assert told("X") == Told(table.EVENTS[told_before].kind, exact(THEN), cancelled=True)
    assert one(adt(trigger, movement="X", at=THEN, action=action)).state == MessageState.ACCEPTED, "told twice"
    feed(adt(told_before, movement="X", at=THEN, control_id="again"))
    assert told("X").cancelled, "a cancellation beats what it cancels, however often that is told"


@pytest.mark.parametrize("trigger", sorted(UNDOES))
def test_a_cancellation_of_nothing_waits_for_somebody_to_look(trigger):
    feed(adt("A05"))
    row = one(adt(trigger, movement="unheard", action="CANCEL", visit="V9"))
    assert row.state == MessageState.QUARANTINED
    assert "annulation" in row.reason


@pytest.mark.parametrize(("trigger", "action"), of(Effect.COMPLETE))
def test_an_update_of_the_stay_moves_nobody(trigger, action):
    feed(adt("A01", at=FIRST))
    row = one(adt(trigger, at=THEN, place="MED^201^P", action=action, name="DURAND^Léa", physician="1^HOUSE^Grégory"))
    stay = Stay.objects.get()
    assert (row.state, where(stay), Movement.objects.count()) == (MessageState.ACCEPTED, [("MED", "201 F")], 1)
    assert (stay.patient.first_names, stay.practitioner.family_name) == ("Léa", "HOUSE")


def test_an_update_of_a_stay_that_nobody_knows_is_of_the_person_alone():
    assert one(adt("A08")).state == MessageState.ACCEPTED
    assert (Patient.objects.count(), Stay.objects.count()) == (1, 0)


@pytest.mark.parametrize(("trigger", "action"), of(Effect.INTRODUCE))
def test_a_person_is_made_or_corrected(trigger, action):
    for name in ("Hélène", "Hélène Marie"):
        assert one(adt(trigger, action=action, name=f"DURAND^{name}")).state == MessageState.ACCEPTED
        assert Patient.objects.get().first_names == name
    assert Stay.objects.count() == 0


@pytest.mark.parametrize(("trigger", "action"), of(Effect.REFUSE))
def test_what_contradicts_itself_is_looked_at(trigger, action):
    feed(adt("A01", movement="X"))
    row = one(adt(trigger, movement="X", action=action, origin="A01"))
    assert (row.state, row.reason) == (
        MessageState.QUARANTINED,
        "L’événement Z99 ne peut pas porter l’action CANCEL.",
    )
    assert not told("X").cancelled


MRG = "MRG|{}^^^CLCC^PI||{}"


@pytest.mark.parametrize(("trigger", "action"), of(Effect.MERGE))
def test_two_records_become_one(trigger, action):
    feed(adt("A01", ipp="1", visit="V1", at=FIRST), adt("A28", ipp="2"))
    message = adt(trigger, ipp="2", action=action, extra=MRG.format("1", ""))
    assert one(message).state == MessageState.ACCEPTED
    assert Stay.objects.get().patient == PatientIdentifier.objects.get(value="2").patient
    assert one(message.replace(b"|P|2.5", b"bis|P|2.5")).state == MessageState.ACCEPTED
    assert Merge.objects.count() == 1
    feed(adt("A02", ipp="1", visit="V1", at=THEN, place="MED^201^P"))
    assert where(Stay.objects.get()) == [("MED", "201 F"), ("MED", "201 P")], "the former number still finds them"


def test_a_merge_of_a_record_that_nobody_knows_leaves_its_number_to_the_other():
    feed(adt("A40", ipp="2", extra=MRG.format("1", "")))
    assert set(Patient.objects.get().identifiers.values_list("value", flat=True)) == {"1", "2"}


@pytest.mark.parametrize(("trigger", "action"), of(Effect.RENUMBER))
def test_a_number_takes_the_place_of_another(trigger, action):
    feed(adt("A01", ipp="1"))
    assert one(adt(trigger, ipp="2", action=action, extra=MRG.format("1", ""))).state == MessageState.ACCEPTED
    patient = Patient.objects.get()
    assert list(patient.identifiers.filter(valid_until=None).values_list("value", flat=True)) == ["2"]


def test_a_number_that_is_somebody_elses_is_no_change_of_number():
    feed(adt("A28", ipp="1"), adt("A28", ipp="2"))
    row = one(adt("A47", ipp="2", extra=MRG.format("1", "")))
    assert (row.state, "fusion" in row.reason) == (MessageState.QUARANTINED, True)


INS = "295109912611193"
OID = "1.2.250.1.213.1.4.8"


def qualified(trigger: str, **said: str) -> bytes:
    """A message of somebody whose identity is qualified, with the INS."""
    text = adt(trigger, **said).decode()
    pid = next(line for line in text.split("\r") if line.startswith("PID"))
    full = pid.replace("^^^CLCC^PI", f"^^^CLCC^PI~{INS}^^^ASIP-SANTE-INS-NIR&{OID}&ISO^INS")
    return text.replace(pid, full + "|" * 24 + "VALI").encode()


@pytest.mark.parametrize("pid", ["700123^^^CLCC^PI", '""'])
def test_an_ins_that_is_taken_away_is_nowhere_any_more(pid):
    feed(qualified("A01"))
    assert PatientIdentifier.objects.filter(type=IdentifierType.INS, value=INS).count() == 1
    message = adt("A47", extra=f"MRG|{INS}^^^ASIP-SANTE-INS-NIR&{OID}&ISO^INS").replace(
        b"700123^^^CLCC^PI", pid.encode()
    )
    row = one(message)
    assert (row.state, row.reason) == (MessageState.ACCEPTED, "")
    assert not PatientIdentifier.objects.filter(type=IdentifierType.INS).exists()
    assert not Patient.objects.get().ins_retrieved
    assert [bytes(kept.raw).count(INS.encode()) for kept in InboundMessage.objects.exclude(pk=row.pk)] == [0]


@pytest.mark.parametrize(("trigger", "action"), of(Effect.REATTACH))
def test_a_stay_is_given_to_the_person_it_is_of(trigger, action):
    feed(adt("A01", ipp="1", visit="V1", at=FIRST), adt("A28", ipp="2"))
    row = one(adt(trigger, ipp="2", visit="V1", action=action, extra=MRG.format("1", "D1")))
    assert (row.state, row.reason) == (MessageState.ACCEPTED, "")
    stay = Stay.objects.get()
    assert stay.patient == PatientIdentifier.objects.get(value="2").patient
    assert set(stay.placements.values_list("patient", flat=True)) == {stay.patient_id}
    assert one(adt(trigger, ipp="2", visit="V1", extra=MRG.format("1", "D1"))).state == MessageState.ACCEPTED


def test_an_account_that_nobody_knows_is_looked_at():
    feed(adt("A28", ipp="1"))
    assert one(adt("A44", ipp="2", visit="V7", extra=MRG.format("1", "D1"))).state == MessageState.QUARANTINED


@pytest.mark.parametrize("trigger", ["A02", "A03", "A04", "A21", "A22", "A54", "Z99", "A11", "A13"])
@pytest.mark.parametrize("patient_class", ["O", "E"])
def test_what_happens_to_an_outpatient_is_kept_and_not_done(trigger, patient_class):
    row = one(adt(trigger, patient_class=patient_class))
    assert (row.state, "externe" in row.reason) == (MessageState.IGNORED, True)
    assert Stay.objects.count() == 0


def test_an_outpatient_who_becomes_an_inpatient_and_back():
    feed(adt("A04", patient_class="O", at=FIRST))
    feed(adt("A06", movement="in", at=THEN))
    stay = Stay.objects.get()
    assert (stay.kind, stay.state, where(stay)) == (StayKind.INPATIENT, StayState.PRESENT, [("MED", "201 F")])
    feed(adt("A07", movement="out", patient_class="O", at=NEXT))
    stay.refresh_from_db()
    assert (stay.kind, stay.state, stay.discharged_at) == (StayKind.OUTPATIENT, StayState.DISCHARGED, exact(NEXT))
    assert one(adt("A03", patient_class="O", at=LAST)).state == MessageState.IGNORED, "the bed was left before"
    feed(adt("A06", movement="out", action="CANCEL", at=NEXT))
    stay.refresh_from_db()
    assert (stay.kind, stay.state) == (StayKind.INPATIENT, StayState.PRESENT)


def test_a_cancelled_transfer_says_where_the_patient_is_again():
    """PAM-3: the place of the cancellation is the one before; here it is one that was never told."""
    feed(adt("A01", at=FIRST, place="MED^201^F"), adt("A02", movement="X", at=NEXT, place="MED^201^P"))
    feed(adt("A12", movement="X", at=NEXT, place="MED^203^F"))
    assert where(Stay.objects.get()) == [("MED", "201 F"), ("MED", "203 F")]


def test_a_cancellation_that_repeats_what_it_takes_back_takes_it_back():
    feed(adt("A01", at=FIRST, place="MED^201^F"), adt("A02", movement="X", at=NEXT, place="MED^201^P"))
    feed(adt("A12", movement="X", at=NEXT, place="MED^201^P"))
    assert where(Stay.objects.get()) == [("MED", "201 F")]


def test_a_cancellation_does_not_undo_what_was_done_by_hand_since():
    feed(adt("A01", at=FIRST), adt("A02", movement="X", at=THEN, place="MED^201^P"), adt("A02", at=NEXT, place="MED"))
    feed(adt("A12", movement="X", at=THEN, place="MED^203^F"))
    assert where(Stay.objects.get()) == [("MED", "201 F"), ("MED", None)]


def test_a_pending_transfer_keeps_the_bed_until_it_is_taken_back(ward):
    feed(adt("A01", at=FIRST))
    pending = (
        adt("A15", movement="X", at=NOW + AN_HOUR * 3)
        .decode()
        .replace("|V1^^^CLCC^VN", "|V1^^^CLCC^VN" + "|" * 23 + "MED^201^P")
    )
    feed(pending.encode())
    stay = Stay.objects.get()
    kept = stay.reservations.get(released_at=None)
    assert (kept.bed, kept.expected_at) == (ward[1], exact(NOW + AN_HOUR * 3))
    feed(adt("A26", movement="X"))
    assert not stay.reservations.filter(released_at=None).exists()


def test_a_pending_transfer_to_a_bed_that_cannot_be_kept_is_announced_all_the_same(ward):
    other = feed(
        adt("A01", at=FIRST, ipp="1", visit="V1", place="MED^201^P"), adt("A01", at=FIRST, ipp="2", visit="V2")
    )
    assert {row.state for row in other} == {MessageState.ACCEPTED}
    assert one(adt("A15", ipp="2", visit="V2", at=NEXT, place="MED^201^P")).state == MessageState.ACCEPTED
    assert Announcement.objects.get().kind == AnnouncementKind.TRANSFER


def test_a_pending_discharge_is_sure_until_it_is_taken_back():
    feed(adt("A01", at=FIRST, extra="PV2||||||||20261120|202611251000"))
    stay = Stay.objects.get()
    before = stay.expected_discharge_at
    assert before is not None
    feed(adt("A16", movement="X", at=NOW + AN_HOUR * 3))
    stay.refresh_from_db()
    assert (stay.expected_discharge_at, stay.expected_discharge_certainty) == (
        exact(NOW + AN_HOUR * 3),
        Certainty.CERTAIN,
    )
    feed(adt("A25", movement="X", at=NOW + AN_HOUR * 3))
    stay.refresh_from_db()
    assert (stay.expected_discharge_at, stay.expected_discharge_certainty) == (before, Certainty.POSSIBLE)


def test_whoever_took_over_last_answers_for_the_patient():
    feed(adt("A01", at=FIRST, physician="1^HOUSE^Grégory"))
    feed(adt("A54", movement="X", at=NEXT, physician="2^WILSON^James"))
    stay = Stay.objects.select_related("practitioner").get()
    assert stay.practitioner.family_name == "WILSON"
    feed(adt("A55", movement="X", at=NEXT, physician="1^HOUSE^Grégory"))
    stay.refresh_from_db()
    assert stay.practitioner.family_name == "HOUSE"
