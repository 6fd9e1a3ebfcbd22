"""What a message does here, from its bytes to the ledger."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.core.errors import Conflict, Denied
from amh.core.models import AuditEntry, Change, ParameterValue
from amh.core.roles import Role
from amh.interop.actions import messages, quarantines
from amh.interop.models import InboundMessage, MessageState, Sender
from patients.actions import expected_discharges, protections, reservations, stays
from patients.models import Certainty, Movement, Patient, PatientIdentifier, Placement, Protection, Stay, StayState
from tests.factories.clocks import NOW, paris
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.interop.actions.feeding import AN_HOUR, feed, where
from wards.models import Bed, Unit

pytestmark = pytest.mark.django_db
A_SECOND = timedelta(seconds=1)


def states(rows: list[InboundMessage]) -> list[str]:
    return [row.state for row in rows]


@pytest.fixture
def ward() -> tuple[Bed, Bed]:
    """Unit MED with the two beds of room 201."""
    unit = a_unit("MED")
    return a_bed(unit, "201", "F"), a_bed(unit, "201", "P")


def test_admission_transfer_discharge(ward: tuple[Bed, Bed]) -> None:
    first, second = ward
    rows = feed(
        adt("A01", at=NOW - 3 * AN_HOUR),
        adt("A02", at=NOW - 2 * AN_HOUR, place="MED^201^P"),
        adt("A03", at=NOW - AN_HOUR, place="MED^201^P"),
    )
    assert states(rows) == [MessageState.ACCEPTED] * 3
    stay = Stay.objects.get()
    assert (stay.state, stay.visit_number, stay.discharged_at) == (
        StayState.DISCHARGED,
        "V1",
        (NOW - AN_HOUR).replace(microsecond=0),
    )
    assert where(stay) == [("MED", "201 F"), ("MED", "201 P")]
    assert list(stay.placements.order_by("starts_at").values_list("bed", flat=True)) == [first.pk, second.pk]
    assert set(Change.objects.values_list("ref", flat=True)) >= {first.pk, second.pk, -first.room.unit_id}
    assert AuditEntry.objects.filter(action="stay.discharge", by=None).count() == 1


def test_the_same_bytes_again_change_nothing(ward: tuple[Bed, Bed]) -> None:
    message = adt("A01")
    feed(message)
    before = (Movement.objects.count(), AuditEntry.objects.count(), Change.objects.count())
    receipt = messages.receive(message.replace(b"\r", b"\r\n"), at=NOW + AN_HOUR)
    assert (receipt.new, receipt.code) == (False, "AA")
    assert InboundMessage.objects.get().duplicates == 1
    assert (Movement.objects.count(), AuditEntry.objects.count(), Change.objects.count()) == before


def test_the_same_id_with_other_content_is_applied_and_marked(ward: tuple[Bed, Bed]) -> None:
    rows = feed(adt("A01", control_id="77", at=NOW - AN_HOUR), adt("A02", control_id="77", at=NOW, place="MED^201^P"))
    assert states(rows) == [MessageState.ACCEPTED] * 2
    assert [row.reused_id for row in rows] == [False, True]
    assert where(Stay.objects.get())[-1] == ("MED", "201 P")


def test_the_same_movement_in_another_message_changes_nothing(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", movement="M77"), adt("A01", movement="M77"))
    assert Movement.objects.count() == 1


def test_a_movement_told_again_otherwise_is_corrected(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", movement="M77"), adt("A01", movement="M77", place="MED^201^P", action="UPDATE"))
    assert where(Stay.objects.get()) == [("MED", "201 P")]


def test_unknown_unit_and_bed_become_entries_to_be_referenced() -> None:
    feed(adt("A01", place="9900^12^B"))
    unit = Unit.objects.get()
    assert (unit.code, unit.to_be_referenced) == ("9900", True)
    assert Bed.objects.get().to_be_referenced
    assert where(Stay.objects.get()) == [("9900", "12 B")]


def test_a_unit_alone_puts_the_patient_in_it_without_a_bed(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", place="MED"))
    assert where(Stay.objects.get()) == [("MED", None)]


def test_a_movement_into_a_held_bed_leaves_the_newcomer_without_one(ward: tuple[Bed, Bed]) -> None:
    held, _other = ward
    present(held, at=NOW - 2 * AN_HOUR)
    (row,) = feed(adt("A01", at=NOW - AN_HOUR))
    newcomer = Placement.objects.get(stay__visit_number="V1")
    assert row.state == MessageState.ACCEPTED
    assert (newcomer.bed, newcomer.wanted_bed, newcomer.unit) == (None, held, held.room.unit)


def test_a_patient_admitted_twice_waits_to_be_confirmed_until_the_first_stay_ends(ward: tuple[Bed, Bed]) -> None:
    rows = feed(
        adt("A01", visit="V1"),
        adt("A01", visit="V2", place="MED^201^P", at=NOW + timedelta(minutes=1)),
    )
    assert states(rows) == [MessageState.ACCEPTED] * 2
    second = Stay.objects.get(visit_number="V2")
    assert where(second) == [("MED", None)]
    feed(adt("A03", visit="V1", at=NOW + timedelta(minutes=2)))
    assert where(second) == [("MED", None), ("MED", "201 P")]
    assert second.placements.get(bed=ward[1]).starts_at == NOW.replace(microsecond=0) + timedelta(minutes=32)


def test_who_is_told_to_be_in_a_bed_has_it_when_the_other_may_have_left(ward: tuple[Bed, Bed]) -> None:
    first, _other = ward
    feed(
        adt("A01", ipp="1", visit="V1", at=NOW - 2 * AN_HOUR),
        adt("A03", ipp="1", visit="V1", at=NOW, movement="M3"),
        adt("A01", ipp="2", visit="V2", at=NOW + timedelta(minutes=5)),
    )
    newcomer, moment = Stay.objects.get(visit_number="V2"), NOW.replace(microsecond=0)
    waited, given = newcomer.placements.order_by("starts_at")
    assert (waited.to_confirm, waited.wanted_bed, waited.ends_at) == (True, first, moment + timedelta(minutes=30))
    assert (given.bed, given.starts_at, given.ends_at) == (first, moment + timedelta(minutes=30), None)


def test_a_unit_may_free_its_beds_at_once(ward: tuple[Bed, Bed]) -> None:
    ParameterValue.objects.create(key="departure_delay_minutes", unit_id=ward[0].room.unit_id, value=0, entered_at=NOW)
    feed(adt("A01", at=NOW - AN_HOUR), adt("A03", at=NOW))
    assert Placement.objects.get().ends_at == NOW.replace(microsecond=0)


def test_quarantine_can_be_replayed_once_the_cause_is_gone(ward: tuple[Bed, Bed]) -> None:
    rows = feed(
        adt("A03", visit="V1", action="CANCEL"), adt("A01", visit="V1"), adt("A03", visit="V1", at=NOW + AN_HOUR / 2)
    )
    row = quarantines.replay(row=rows[0], by=a_user(Role.BED_MANAGER), at=NOW + AN_HOUR)
    assert row.state == MessageState.ACCEPTED
    assert Stay.objects.get(visit_number="V1").state == StayState.PRESENT
    with pytest.raises(Conflict):
        quarantines.replay(row=row, by=a_user(Role.BED_MANAGER), at=NOW + AN_HOUR)
    with pytest.raises(Denied):
        quarantines.replay(row=row, by=a_user(Role.AMH), at=NOW + AN_HOUR)


def test_each_cancel_gives_back_what_was_before(ward: tuple[Bed, Bed]) -> None:
    feed(
        adt("A05", movement="M0", at=NOW - 4 * AN_HOUR, place="MED"),
        adt("A01", movement="M1", at=NOW - 3 * AN_HOUR),
        adt("A02", movement="M2", at=NOW - 2 * AN_HOUR, place="MED^201^P"),
        adt("A03", movement="M3", at=NOW - AN_HOUR),
    )
    stay = Stay.objects.get()
    feed(adt("A13", movement="M3", place="MED^201^P"))
    stay.refresh_from_db()
    assert (stay.state, where(stay)) == (StayState.PRESENT, [("MED", "201 F"), ("MED", "201 P")])
    feed(adt("A12", movement="M2"))
    assert where(stay) == [("MED", "201 F")]
    feed(adt("A11", movement="M1"))
    stay.refresh_from_db()
    assert (stay.state, where(stay), stay.admitted_at) == (StayState.EXPECTED, [], None)


def test_another_hour_of_arrival_takes_the_kept_bed_with_it(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A05", movement="M0", place="MED", extra=f"PV2{'|' * 8}20261121160000"))
    stay = Stay.objects.get()
    kept = reservations.reserve(stay=stay, bed=ward[0], expected_at=stay.expected_at, by=None, at=NOW)
    feed(adt("A05", movement="M0", place="MED", action="UPDATE", extra=f"PV2{'|' * 8}20261121200000"))
    kept.refresh_from_db()
    assert (kept.expected_at, kept.ends_at) == (paris("20:00"), paris("20:00") + 4 * AN_HOUR)
    assert kept.released_at is None


def test_a_cancel_beats_what_it_cancels_however_often_it_is_told(ward: tuple[Bed, Bed]) -> None:
    rows = feed(
        adt("A01", movement="M1"), adt("A11", movement="M1"), adt("A01", movement="M1"), adt("A11", movement="M1")
    )
    assert states(rows) == [MessageState.ACCEPTED] * 4
    assert Stay.objects.get().state == StayState.CANCELLED
    assert Movement.objects.filter(cancelled_at=None).count() == 0


def test_nothing_to_cancel_goes_to_quarantine(ward: tuple[Bed, Bed]) -> None:
    (row,) = feed(adt("A13"))
    assert (row.state, Stay.objects.count(), Patient.objects.count()) == (MessageState.QUARANTINED, 0, 0)


def test_a_leave_is_told_and_its_end(ward: tuple[Bed, Bed]) -> None:
    back = f"{NOW + 20 * AN_HOUR:%Y%m%d%H%M%S}"
    feed(
        adt("A01", at=NOW - 3 * AN_HOUR),
        adt("A21", at=NOW - 2 * AN_HOUR, place="", movement="M2", extra=f"PV2{'|' * 47}{back}"),
    )
    stay = Stay.objects.get()
    assert (stay.state, where(stay)) == (StayState.ON_LEAVE, [("MED", "201 F")])
    assert f"{stay.on_leave_until.astimezone(NOW.tzinfo):%Y%m%d%H%M%S}" == back
    feed(adt("A22", at=NOW - AN_HOUR, place="MED^201^P", movement="M3"))
    stay.refresh_from_db()
    assert (stay.state, stay.on_leave_until) == (StayState.PRESENT, None)
    assert where(stay) == [("MED", "201 F"), ("MED", "201 P")]
    feed(adt("A53", movement="M3"))
    stay.refresh_from_db()
    assert (stay.state, where(stay)) == (StayState.ON_LEAVE, [("MED", "201 F")])
    feed(adt("A52", movement="M2"))
    stay.refresh_from_db()
    assert (stay.state, where(stay)) == (StayState.PRESENT, [("MED", "201 F")])
    assert not Unit.objects.filter(code="INCONNUE").exists()


def test_a_leave_longer_than_by_hand_is_taken_as_it_is_told(ward: tuple[Bed, Bed]) -> None:
    back = f"{NOW + 100 * AN_HOUR:%Y%m%d%H%M%S}"
    (_came, row) = feed(adt("A01", at=NOW - AN_HOUR), adt("A21", at=NOW, extra=f"PV2{'|' * 47}{back}"))
    assert (row.state, Stay.objects.get().state) == (MessageState.ACCEPTED, StayState.ON_LEAVE)


@pytest.mark.parametrize(
    ("disposition", "pmsi", "mode"),
    [
        ("", "8", "home"),
        ("3", "7", "transfer"),
        ("4", "8", "against_advice"),
        ("F", "4", "unawares"),
        ("", "4", "against_advice"),
        ("", "", ""),
        ("2", "5", ""),
    ],
)
def test_how_the_patient_left_is_told(ward: tuple[Bed, Bed], disposition: str, pmsi: str, mode: str) -> None:
    left = adt("A03", at=NOW, extra=f"ZFM||{pmsi}").replace(
        b"V1^^^CLCC^VN", b"V1^^^CLCC^VN" + b"|" * 17 + disposition.encode()
    )
    feed(adt("A01", at=NOW - AN_HOUR), left)
    assert (Stay.objects.get().state, Stay.objects.get().exit_mode) == (StayState.DISCHARGED, mode)


@pytest.mark.parametrize("said", ["ZFM-2", "PID-30"])
def test_a_death_that_is_told_keeps_the_bed_until_it_is_taken_back(ward: tuple[Bed, Bed], said: str) -> None:
    left = adt("A03", at=NOW, movement="M9", extra="ZFM||9" if said == "ZFM-2" else "")
    if said == "PID-30":
        left = left.replace(b"|19580312|F", b"|19580312|F" + b"|" * 22 + b"Y")
    feed(adt("A01", at=NOW - AN_HOUR), left)
    stay = Stay.objects.select_related("patient").get()
    assert (stay.state, stay.placements.get().ends_at) == (StayState.DECEASED, None)
    assert stay.patient.deceased_at == NOW.replace(microsecond=0)
    feed(adt("A13", movement="M9"))
    stay = Stay.objects.select_related("patient").get()
    assert (stay.state, stay.patient.deceased_at) == (StayState.PRESENT, None)


def test_a_late_transfer_does_not_move_the_live_bed(ward: tuple[Bed, Bed]) -> None:
    feed(
        adt("A01", at=NOW - 5 * AN_HOUR),
        adt("A02", at=NOW - AN_HOUR, place="MED^201^P"),
        adt("A02", at=NOW - 3 * AN_HOUR, place="MED"),
    )
    assert where(Stay.objects.get()) == [("MED", "201 F"), ("MED", None), ("MED", "201 P")]


def test_the_later_effective_time_wins_over_a_placement_made_by_hand(ward: tuple[Bed, Bed]) -> None:
    _first, second = ward
    feed(adt("A01", at=NOW - 5 * AN_HOUR))
    stay = Stay.objects.get()
    stays.move(stay=stay, to=second, by=a_user(Role.BED_MANAGER), at=NOW - AN_HOUR)
    feed(adt("A02", at=NOW - 2 * AN_HOUR, place="MED"))
    assert where(stay)[-1] == ("MED", "201 P")


def test_people_are_made_corrected_and_known_by_their_number() -> None:
    feed(adt("A28"), adt("A31", name="ESSAI-DURAND^Anne"))
    patient = Patient.objects.get()
    assert (patient.birth_name, patient.sex, patient.birth_date) == ("ESSAI-DURAND", "F", "1958-03-12")
    assert PatientIdentifier.objects.get().domain == "CLCC"


def test_two_domains_may_use_the_same_number() -> None:
    feed(adt("A28"), adt("A28").replace(b"^^^CLCC^PI", b"^^^AUTRE^PI"))
    assert Patient.objects.count() == 2


def test_a_visit_of_another_patient_goes_to_quarantine(ward: tuple[Bed, Bed]) -> None:
    rows = feed(adt("A01", ipp="1"), adt("A02", ipp="2", place="MED^201^P"))
    assert rows[1].state == MessageState.QUARANTINED
    assert where(Stay.objects.get()) == [("MED", "201 F")]


def test_unused_events_and_other_messages_are_ignored_with_a_reason() -> None:
    rows = feed(adt("A20"), adt("A01").replace(b"ADT^A01", b"ORU^R01"))
    assert states(rows) == [MessageState.IGNORED] * 2
    assert rows[0].reason == "Événement « ADT A20 » non utilisé ici."


@pytest.mark.parametrize("raw", [b"", b"hello", b"MSH|^~\\&|"])
def test_the_unreadable_is_kept_in_quarantine(raw: bytes) -> None:
    (row,) = feed(raw)
    assert row.state == MessageState.QUARANTINED
    assert row.reason
    assert feed(raw)[0].pk == row.pk


def training(trigger: str, **facts) -> bytes:
    """A message for training: its processing id is T."""
    return adt(trigger, **facts).replace(b"|P|2.5", b"|T|2.5")


def test_a_processing_id_that_is_not_allowed_is_rejected_and_kept(settings) -> None:
    settings.HL7_PROCESSING_IDS = ["P"]
    raw = training("A01")
    assert messages.receive(raw, at=NOW).code == "AR"
    (row,) = feed(raw)
    assert (row.state, row.reason) == (MessageState.QUARANTINED, "Mode de traitement « T » non autorisé ici.")


def test_replaying_applies_nothing_whose_processing_id_is_not_allowed(settings) -> None:
    settings.HL7_PROCESSING_IDS = ["P"]
    (row,) = feed(training("A01"))
    row = quarantines.replay(row=row, by=a_user(Role.BED_MANAGER), at=NOW + AN_HOUR)
    assert (row.state, Patient.objects.count()) == (MessageState.QUARANTINED, 0)
    settings.HL7_PROCESSING_IDS = ["P", "T"]
    row = quarantines.replay(row=row, by=a_user(Role.BED_MANAGER), at=NOW + AN_HOUR)
    assert (row.state, Patient.objects.count()) == (MessageState.ACCEPTED, 1)


def test_what_was_applied_once_stays_so_when_its_processing_id_is_allowed_no_more(settings) -> None:
    raw = training("A01")
    feed(raw)
    settings.HL7_PROCESSING_IDS = ["P"]
    receipt = messages.receive(raw, at=NOW + AN_HOUR)
    assert (receipt.code, receipt.new, receipt.row.state) == ("AR", False, MessageState.ACCEPTED)


def test_the_sweep_does_with_what_was_stored_as_the_process_that_received_it(settings, ward: tuple[Bed, Bed]) -> None:
    settings.HL7_PROCESSING_IDS = ["P"]
    for raw in (b"bonjour", training("A01", visit="V1"), adt("A01", visit="V2")):
        messages.receive(raw, at=NOW)
    assert messages.apply_waiting(clock=later) == 3
    found = list(InboundMessage.objects.order_by("pk"))
    assert states(found) == [MessageState.QUARANTINED, MessageState.QUARANTINED, MessageState.ACCEPTED]
    assert [stay.visit_number for stay in Stay.objects.all()] == ["V2"]


def later() -> datetime:
    return NOW + AN_HOUR


def test_time_does_not_run_backwards_between_two_messages_of_a_patient() -> None:
    """Whoever goes on in a lane for minutes is overtaken by others: each message is applied at its own moment."""
    ticks = (NOW + number * A_SECOND for number in count())
    rows = [messages.receive(raw, at=NOW).row for raw in (adt("A28"), adt("A31"), adt("A31"))]
    messages.apply_in_turn(rows[0], clock=lambda: next(ticks))
    assert list(InboundMessage.objects.order_by("pk").values_list("decided_at", flat=True)) == [
        NOW + number * A_SECOND for number in range(3)
    ]


def test_the_moment_of_a_message_is_taken_once_nobody_else_can_be_applying_it() -> None:
    row = messages.receive(adt("A28"), at=NOW).row

    def clock() -> datetime:
        assert "FOR UPDATE" in queries.captured_queries[-1]["sql"]
        return NOW

    with CaptureQueriesContext(connection) as queries:
        messages.apply_in_turn(row, clock=clock)
    row.refresh_from_db()
    assert row.state == MessageState.ACCEPTED


def test_a_sweep_takes_the_oldest_messages_and_no_more_than_it_can_finish() -> None:
    rows = [messages.receive(adt("A28", ipp=ipp), at=NOW).row for ipp in "123"]
    assert messages.apply_waiting(clock=later, most=2) == 2
    for row in rows:
        row.refresh_from_db()
    assert states(rows) == [MessageState.ACCEPTED, MessageState.ACCEPTED, MessageState.RECEIVED]
    assert messages.apply_waiting(clock=later, most=2) == 1


LATIN, UTF8 = b"|8859/1", b"|UNICODE UTF-8"
NOT_TO_THE_LETTER = {"profile-unnamed", "reliability-missing", "charset-not-french"}
"""What these plain messages do otherwise than the profile, whatever else is odd about them."""


@pytest.mark.parametrize(
    ("raw", "deviations"),
    [
        (adt("A28").decode().encode("iso-8859-1").replace(UTF8, LATIN), []),
        (adt("A28"), []),
        (adt("A28").replace(UTF8, LATIN), [["charset-mismatch", "MSH-18"]]),
        (adt("A28").decode().encode("iso-8859-1"), [["charset-mismatch", "MSH-18"]]),
        (adt("A28", name="DU\x07RAND^Anne"), [["control-characters", "MSH"]]),
        (adt("A28").replace(b"|19580312|F", b"|19580312|F||RACE"), [["forbidden-field", "PID-10"]]),
        (adt("A08"), [["event-not-french", "MSH-9"]]),
        (adt("A01").replace(b"ADT^A01", b"ORU^R01").replace(b"|P|2.5^FRA^2.11", b"|P|1"), [["version", "MSH-12"]]),
        ("é".encode(), [["charset-unannounced", "MSH-18"]]),
    ],
)
def test_what_was_odd_is_that_of_the_bytes_that_came(raw: bytes, deviations: list[list[str]]) -> None:
    (row,) = feed(raw)
    assert [one for one in row.deviations if one[0] not in NOT_TO_THE_LETTER] == deviations
    if row.state == MessageState.QUARANTINED:
        again = quarantines.replay(row=row, by=a_user(Role.BED_MANAGER), at=NOW + AN_HOUR)
        assert again.deviations == row.deviations


def test_a_discharge_in_the_hour_that_comes_twice_ends_the_stay_when_it_was_told(ward: tuple[Bed, Bed]) -> None:
    left = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)
    for raw in (adt("A01", at=left - 8 * AN_HOUR), adt("A03", at=left)):
        messages.apply_all(messages.receive(raw, at=left + timedelta(minutes=1)).row, at=left + 3 * AN_HOUR)
    assert Stay.objects.get().discharged_at == left


def flagged(*, restricted: str = "", vip: str = "", **facts) -> bytes:
    """An admission of stay V1 with PV2-22 and PV1-16 as said."""
    raw = adt("A01", extra=f"PV2{'|' * 22}{restricted}" if restricted else "", **facts)
    place, number = b"MED^201^F" + b"|" * 16, b"V1^^^CLCC^VN"
    assert place + number in raw
    return raw.replace(place + number, b"MED^201^F" + b"|" * 13 + vip.encode() + b"|" * 3 + number)


def masks() -> list[tuple[bool, str]]:
    return list(Stay.objects.order_by("visit_number").values_list("protected", "protection"))


@pytest.mark.parametrize(
    ("flags", "protection"), [({"restricted": "Y"}, Protection.PROTECTED_ACCESS), ({"vip": "Y"}, Protection.VIP)]
)
def test_a_flag_of_the_stay_hides_that_stay_alone(ward: tuple[Bed, Bed], flags: dict[str, str], protection) -> None:
    feed(flagged(**flags, at=NOW - 3 * AN_HOUR), adt("A03", at=NOW - 2 * AN_HOUR), adt("A01", visit="V2", at=NOW))
    assert masks() == [(True, protection), (False, "")]
    assert not Patient.objects.get().protected


def test_the_sender_shows_again_what_it_had_hidden(ward: tuple[Bed, Bed]) -> None:
    feed(flagged(restricted="Y", movement="M1"))
    feed(flagged(vip="N", movement="M1"), adt("A01", movement="M1"))
    assert masks() == [(True, Protection.PROTECTED_ACCESS)]
    feed(flagged(restricted="N", movement="M1"))
    assert masks() == [(False, "")]
    feed(flagged(vip="VIP"), flagged(vip='""'))
    assert masks() == [(False, "")]


def test_the_sender_neither_shows_nor_hides_otherwise_what_was_hidden_here(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", movement="M1"))
    office = a_user(Role.ADMISSIONS_OFFICE)
    protections.protect(stay=Stay.objects.get(), protection=Protection.VIP, by=office, at=NOW)
    feed(flagged(vip="N"), flagged(restricted="Y"), flagged(restricted="N"))
    assert masks() == [(True, Protection.VIP)]


def test_a_flag_on_a_movement_taken_back_before_hides_nothing(ward: tuple[Bed, Bed]) -> None:
    rows = feed(adt("A01", movement="M1"), adt("A11", movement="M1"), flagged(vip="Y", movement="M1"))
    assert states(rows) == [MessageState.ACCEPTED] * 3
    assert masks() == [(False, "")]


def test_forbidden_fields_are_not_kept() -> None:
    raw = adt("A28").replace(b"||19580312|F", b"||19580312|F||RACE-INTERDITE")
    (row,) = feed(raw)
    assert b"RACE-INTERDITE" not in bytes(row.raw)
    assert row.fingerprint != messages.fingerprint(bytes(row.raw))


def test_a_value_too_long_is_refused_in_words_and_leaves_nothing_behind() -> None:
    (row,) = feed(adt("A28", name="É" * 10_000 + "^Anne"))
    assert (row.state, Patient.objects.count()) == (MessageState.QUARANTINED, 0)
    assert row.reason == "Une valeur du message est trop longue ou impossible à enregistrer."


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "O'Brien", "Ÿ", "Robert'); DROP TABLE patients_patient;--"]
)
def test_hostile_names_are_only_names(name: str) -> None:
    feed(adt("A28", name=f"{name}^Anne"))
    assert Patient.objects.get().birth_name == name


def test_a_test_ins_is_dropped_in_production_but_never_the_patient(settings) -> None:
    ins = "~180069999900151^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
    raw = (
        adt("A28").replace(b"^^^CLCC^PI", b"^^^CLCC^PI" + ins.encode()).replace(b"|F\r", b"|F" + b"|" * 24 + b"VALI\r")
    )
    settings.LOOPBACK_ONLY = False
    feed(raw)
    assert list(PatientIdentifier.objects.values_list("type", flat=True)) == ["IPP"]
    assert Patient.objects.get().identity_status == "VALI"
    settings.LOOPBACK_ONLY = True
    feed(raw.replace(b"|C", b"|D"))
    assert Patient.objects.get().identity_status == "QUAL"


def test_the_expected_discharge_is_taken_over(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", extra="PV2|||||||||20261125110000"))
    assert f"{Stay.objects.get().expected_discharge_at:%Y-%m-%d %H:%M}" == "2026-11-25 10:00"


WITHDRAWN = 'PV2|||||||||""'


def test_the_expected_discharge_is_taken_back_by_who_gave_it(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", at=NOW - AN_HOUR, extra="PV2|||||||||20261125110000"), adt("A02", at=NOW, place="MED^201^P"))
    assert Stay.objects.get().expected_discharge_at is not None
    feed(adt("A02", at=NOW, extra=WITHDRAWN))
    assert Stay.objects.get().expected_discharge_at is None


def test_the_expected_discharge_that_was_said_here_is_not_the_senders_to_take_back(ward: tuple[Bed, Bed]) -> None:
    feed(adt("A01", at=NOW - AN_HOUR))
    stay, leaving = Stay.objects.get(), NOW + 50 * AN_HOUR
    amh = a_user(Role.BED_MANAGER)
    expected_discharges.expect(stay=stay, expected_at=leaving, certainty=Certainty.CERTAIN, by=amh, at=NOW)
    feed(adt("A02", at=NOW, place="MED^201^P", extra=WITHDRAWN))
    assert Stay.objects.get().expected_discharge_at == leaving


def test_messages_of_one_patient_are_applied_in_the_order_in_which_they_came(ward: tuple[Bed, Bed]) -> None:
    first = messages.receive(adt("A01", at=NOW - AN_HOUR), at=NOW).row
    second = messages.receive(adt("A03", at=NOW), at=NOW).row
    assert first.lane == second.lane
    messages.apply_all(second, at=NOW)
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {MessageState.ACCEPTED}
    assert Stay.objects.get().state == StayState.DISCHARGED


@pytest.mark.parametrize("first", range(4))
def test_a_merge_waits_for_both_of_its_patients_and_holds_both_up(ward: tuple[Bed, Bed], first: int) -> None:
    """Whichever of the messages is taken up first."""
    merge = adt("A40", ipp="2", at=NOW, extra="MRG|1^^^CLCC^PI")
    raws = [
        adt("A28", ipp="2"),
        adt("A01", ipp="1", at=NOW - 2 * AN_HOUR),
        merge,
        adt("A02", ipp="1", at=NOW - AN_HOUR, place="MED^201^P"),
    ]
    rows = [messages.receive(raw, at=NOW + AN_HOUR).row for raw in raws]
    messages.apply_all(rows[first], at=NOW + AN_HOUR)
    messages.apply_all(rows[0], at=NOW + AN_HOUR)
    for row in rows:
        row.refresh_from_db()
    assert states(rows) == [MessageState.ACCEPTED] * 4
    assert Stay.objects.get().patient == PatientIdentifier.objects.get(value="2").patient
    assert where(Stay.objects.get()) == [("MED", "201 F"), ("MED", "201 P")]


def test_senders_remember_when_they_last_spoke() -> None:
    feed(adt("A28"))
    sender = Sender.objects.get()
    assert (str(sender), sender.last_message_at) == ("GAM / CLCC", NOW + AN_HOUR)


def test_a_registered_homonym_is_not_taken_for_the_patient_of_the_message() -> None:
    a_patient("DURAND")
    feed(adt("A28"))
    assert Patient.objects.filter(birth_name="DURAND").count() == 2


class TestImport:
    """``manage.py import_hl7``."""

    def test_counts_add_up_and_a_second_run_changes_nothing(self, tmp_path, capsys) -> None:
        (tmp_path / "b.hl7").write_bytes(adt("A03", control_id="B", at=NOW))
        (tmp_path / "a.hl7").write_bytes(adt("A01", control_id="A", at=NOW - AN_HOUR) + b"\r\n" + adt("A20"))
        (tmp_path / "c.hl7").write_bytes(b"")
        call_command("import_hl7", str(tmp_path))
        assert capsys.readouterr().out.splitlines()[-1] == "messages=4 accepted=2 duplicate=0 ignored=1 quarantined=1"
        before = dump()
        call_command("import_hl7", str(tmp_path))
        assert capsys.readouterr().out.splitlines()[-1] == "messages=4 accepted=0 duplicate=4 ignored=0 quarantined=0"
        assert dump() == before

    def test_a_message_applied_before_does_not_stop_the_run_when_it_is_allowed_no_more(
        self, settings, tmp_path, capsys
    ) -> None:
        (tmp_path / "a.hl7").write_bytes(training("A28") + b"\r\n" + adt("A28", ipp="8"))
        call_command("import_hl7", str(tmp_path))
        settings.HL7_PROCESSING_IDS = ["P"]
        call_command("import_hl7", str(tmp_path))
        assert capsys.readouterr().out.splitlines()[-1] == "messages=2 accepted=0 duplicate=2 ignored=0 quarantined=0"

    def test_a_missing_path_is_one_sentence(self, tmp_path) -> None:
        with pytest.raises(Exception, match="no such file or folder"):
            call_command("import_hl7", str(tmp_path / "nowhere"))


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of places, patients and stays."""
    tables = [name for name in connection.introspection.table_names() if name.startswith(("wards_", "patients_"))]
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
            rows[table] = cursor.fetchall()
    return rows
