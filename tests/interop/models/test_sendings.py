"""Messages on their way: to a peer that behaves, and to those that do not."""

import re
from datetime import timedelta

import pytest
import trustme
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from amh.core.deliveries import claims, queue, sweeps
from amh.core.models import AuditEntry, DeliveryState
from amh.core.roles import Role
from amh.interop.actions import receivers, sendings
from amh.interop.hl7 import pam
from amh.interop.hl7.readings import Action, Location
from amh.interop.mllp import clients
from amh.interop.models import InboundMessage, OutboundMessage, Receiver
from patients import purges
from patients.actions import deaths, expected_discharges, leaves, movements, stays
from patients.models import Certainty, IdentifierType, Patient, PatientIdentifier, Stay, StayKind, Task
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.receivers import a_receiver, numbered
from tests.interop.mllp import peers
from tests.interop.mllp.peers import Peer, listening

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
PAST = NOW - timedelta(days=1)


@pytest.fixture
def peer():
    with listening() as peer:
        yield peer


@pytest.fixture
def receiver(peer: Peer) -> Receiver:
    return a_receiver(port=peer.port)


@pytest.fixture
def lits():
    return a_user(Role.BED_MANAGER)


def here(*, name: str = "", numbered_as: str = "", **traits: object) -> Stay:
    """Somebody in bed 201 of MED, of whom nothing waits to be told."""
    unit = a_unit()
    patient = a_patient(name, **traits)
    if numbered_as != "none":
        numbered(patient, numbered_as)
    stay = stays.preadmit(patient=patient, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)
    stays.admit(stay=stay, unit=unit, bed=a_bed(unit, "201", "F"), by=None, at=NOW)
    OutboundMessage.objects.all().delete()
    return stay


def move(stay: Stay, by, *, label: str = "202", hours: float = 1):
    return stays.move(stay=stay, to=a_bed(stay.unit, label, "P"), by=by, at=NOW + hours * HOUR)


def send() -> None:
    """As the sweep does, once all that waits is due and nobody is left alone any more."""
    OutboundMessage.objects.filter(state=DeliveryState.PENDING).update(due_at=PAST)
    Receiver.objects.filter(retry_at__isnull=False).update(retry_at=PAST)
    sweeps.sweep(OutboundMessage)


def states() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("state", flat=True))


def heard(peer: Peer) -> list[str]:
    return [message.trigger for message in peer.received]


def test_a_movement_is_sent_once_and_its_acknowledgment_kept(peer, receiver, lits):
    stay = here(name="L'ÉTÉ", numbered_as="700123")
    move(stay, lits)
    send()
    send()
    (message,) = peer.received
    row = OutboundMessage.objects.get()
    assert (row.state, row.attempts, row.receipts[0]["receipt"]) == (DeliveryState.SENT, 1, "AA")
    assert message.control_id == row.control_id
    reading = pam.read(message)
    assert reading.deviations == ()
    assert (reading.trigger, reading.patient.birth_name) == ("A02", "L'ÉTÉ")
    assert reading.location == Location(stay.unit.code, "202", "P")
    assert message.segment("PV1").value(6, 2) == "201"
    assert reading.movement.effective_at == (NOW + HOUR).astimezone()
    assert [one.value for one in reading.patient.identifiers] == ["700123"]
    assert reading.visit.visit_number == f"S{stay.pk}"


def test_the_messages_of_one_patient_arrive_in_the_order_in_which_they_were_said(peer, receiver, lits):
    stay, other = here(), here()
    for number in range(4):
        move(stay, lits, label=str(300 + number), hours=1 + number)
        move(other, lits, label=str(300 + number), hours=1 + number)
    peer.answers = [peers.nothing]
    send()
    send()
    rooms = {}
    for message in peer.received:
        rooms.setdefault(message.segment("PID").value(3), []).append(message.segment("PV1").value(3, 2))
    assert sorted(map(len, rooms.values())) == [4, 5]
    assert [list(dict.fromkeys(one)) for one in rooms.values()] == [["300", "301", "302", "303"]] * 2
    assert set(states()) == {DeliveryState.SENT}


def test_while_the_first_waits_those_behind_it_wait_too_and_other_patients_do_not(peer, receiver, lits):
    stay, other = here(numbered_as="none"), here()
    move(stay, lits)
    leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + 2 * HOUR)
    move(other, lits)
    send()
    assert states() == [DeliveryState.PENDING, DeliveryState.PENDING, DeliveryState.SENT]
    assert "numéro" in OutboundMessage.objects.first().last_error
    numbered(stay.patient)
    send()
    assert heard(peer) == ["A02", "A02", "A21"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (peers.garbage, "Réponse du destinataire illisible."),
        (peers.another, "Le destinataire a répondu à un autre message."),
        (peers.nothing, "Message transmis, pas de réponse (ConnectionError)."),
        (peers.says("AE"), "Le destinataire signale une erreur (AE)."),
        (peers.says("CE"), "Le destinataire signale une erreur (CE)."),
    ],
    ids=["garbage", "another", "hangs up", "AE", "CE"],
)
def test_what_may_succeed_later_is_tried_again_with_the_very_same_bytes(peer, receiver, lits, answer, reason):
    move(here(), lits)
    peer.answers = [answer]
    send()
    row = OutboundMessage.objects.get()
    assert (row.state, row.attempts, row.last_error) == (DeliveryState.PENDING, 1, reason)
    send()
    assert states() == [DeliveryState.SENT]
    first, second = peer.received
    assert first.text == second.text


@pytest.mark.parametrize("code", ["AR", "CR"])
def test_what_is_refused_is_given_up_at_once_and_asked_of_a_person(peer, receiver, lits, code):
    move(here(), lits)
    peer.answers = [peers.says(code)]
    send()
    row = OutboundMessage.objects.get()
    assert (row.state, row.last_error) == (DeliveryState.EXHAUSTED, f"Refusé par le destinataire ({code}).")
    assert Task.objects.get().kind == "delivery_exhausted"
    assert AuditEntry.objects.get(action="outbound_message.exhaust").params == {"receiver": receiver.pk}


def test_an_error_said_three_times_is_for_a_person_and_what_is_behind_goes_on(peer, receiver, lits):
    stay = here()
    move(stay, lits)
    leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + 2 * HOUR)
    peer.answers = [peers.says("AE")] * 3
    for _attempt in range(3):
        send()
    assert states() == [DeliveryState.EXHAUSTED, DeliveryState.SENT]
    row = OutboundMessage.objects.first()
    queue.retry(row, by=lits, at=timezone.now())
    send()
    assert heard(peer) == ["A02", "A02", "A02", "A21", "A02"]


def test_a_receiver_that_is_away_spends_no_attempt_and_holds_up_no_other(peer, receiver, lits):
    closed = a_receiver(port=closed_port())
    stay = here()
    move(stay, lits)
    for _attempt in range(12):
        send()
    away = OutboundMessage.objects.get(receiver=closed)
    assert (away.state, away.attempts) == (DeliveryState.PENDING, 0)
    assert away.last_error == "Destinataire injoignable (ConnectionRefusedError)."
    assert OutboundMessage.objects.get(receiver=receiver).state == DeliveryState.SENT
    Receiver.objects.filter(pk=closed.pk).update(port=peer.port)
    send()
    assert set(states()) == {DeliveryState.SENT}
    closed.refresh_from_db()
    assert closed.away_since is None


def test_one_that_is_away_is_asked_once_and_then_left_alone(receiver, lits):
    Receiver.objects.update(port=closed_port())
    for _patient in range(5):
        move(here(), lits)
    OutboundMessage.objects.update(due_at=PAST)
    assert sweeps.sweep(OutboundMessage) == 1
    assert sweeps.sweep(OutboundMessage) == 0


def test_somebody_is_asked_to_see_to_one_that_stays_away_and_no_more_when_it_is_back(receiver):
    Receiver.objects.update(away_since=Now() - timedelta(minutes=9), retry_at=Now())
    receivers.watch(at=timezone.now())
    assert not Task.objects.exists()
    Receiver.objects.update(away_since=Now() - timedelta(minutes=11))
    receivers.watch(at=timezone.now())
    receivers.watch(at=timezone.now())
    assert Task.objects.get().kind == "receiver_away"
    Receiver.objects.update(away_since=None, retry_at=None)
    receivers.watch(at=timezone.now())
    assert Task.objects.get().state == "cancelled"


def test_one_that_dawdles_is_not_waited_for(peer, receiver, lits, monkeypatch):
    monkeypatch.setattr(clients.exchange, "__kwdefaults__", {"patience": 0.2})
    move(here(), lits)
    peer.answers = [peers.half]
    send()
    assert OutboundMessage.objects.get().last_error == "Message transmis, pas de réponse (TimeoutError)."


def test_killed_after_the_peer_had_it_the_same_message_goes_again(peer, receiver, lits):
    move(here(), lits)
    OutboundMessage.objects.update(due_at=PAST)
    claims.claim(OutboundMessage).send()
    OutboundMessage.objects.update(lease_until=PAST)
    send()
    first, second = peer.received
    assert first.text == second.text
    assert OutboundMessage.objects.get().attempts == 2


def test_nobody_hears_of_what_waits_for_one_that_was_switched_off(peer, receiver, lits):
    move(here(), lits)
    Receiver.objects.update(enabled=False)
    send()
    assert states() == [DeliveryState.PENDING]
    assert peer.received == []


def test_a_cancellation_names_the_place_where_the_patient_is_again(peer, receiver, lits):
    stay = here()
    moved = move(stay, lits)
    again = movements.retime(movement=moved, effective_at=NOW + HOUR / 2, by=lits, at=NOW + 2 * HOUR)
    movements.undo(movement=again, by=lits, at=NOW + 3 * HOUR)
    send()
    readings = [pam.read(message) for message in peer.received]
    assert [one.deviations for one in readings] == [()] * 3
    assert [(one.trigger, one.movement.action, one.location.room) for one in readings] == [
        ("A02", Action.INSERT, "202"),
        ("Z99", Action.UPDATE, "202"),
        ("A12", Action.CANCEL, "201"),
    ]
    assert {one.movement.movement_id for one in readings} == {f"M{moved.pk}"}
    assert [one.movement.original_trigger for one in readings] == ["", "A02", "A02"]


def test_what_belongs_to_one_kind_is_said(peer, receiver, lits):
    stay = here()
    leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + HOUR)
    leaves.come_back(stay=stay, by=lits, at=NOW + 2 * HOUR)
    sure = {"certainty": Certainty.CERTAIN, "by": lits, "at": NOW + 3 * HOUR}
    expected_discharges.expect(stay=stay, expected_at=NOW + 9 * HOUR, **sure)
    deaths.die(stay=stay, by=lits, at=NOW + 4 * HOUR)
    deaths.body_left(stay=stay, by=lits, at=NOW + 5 * HOUR)
    send()
    leave, back, sure, left = [pam.read(message) for message in peer.received]
    assert [one.trigger for one in (leave, back, sure, left)] == ["A21", "A22", "A16", "A03"]
    assert leave.visit.expected_return_at == (NOW + 20 * HOUR).astimezone()
    assert {one.location.room for one in (leave, back, sure, left)} == {"201"}
    assert sure.visit.expected_discharge_at == (NOW + 9 * HOUR).astimezone()
    assert (left.visit.pmsi_discharge_mode, left.patient.deceased) == ("9", True)
    assert not leave.patient.deceased


INS = "279035121518989"


def with_ins(patient: Patient, *, checked: bool) -> None:
    Patient.objects.filter(pk=patient.pk).update(ins_retrieved=True, identity_checked=checked)
    PatientIdentifier.objects.create(
        patient=patient, type=IdentifierType.INS, domain="1.2.250.1.213.1.4.10", value=INS, valid_from=PAST
    )


@pytest.mark.parametrize("is_qualified", [True, False])
def test_the_ins_leaves_only_when_the_identity_is_qualified(peer, receiver, lits, is_qualified):
    stay = here()
    with_ins(stay.patient, checked=is_qualified)
    move(stay, lits)
    send()
    assert (INS in peer.received[0].text) == is_qualified


def test_a_number_that_is_to_be_forgotten_goes_from_what_was_sent_and_from_what_waits(peer, receiver, lits):
    stay = here()
    with_ins(stay.patient, checked=True)
    move(stay, lits)
    leaves.leave(stay=stay, until=NOW + 20 * HOUR, by=lits, at=NOW + 2 * HOUR)
    peer.answers = [peers.says("AA"), peers.says("AE")]
    send()
    with transaction.atomic():
        assert purges.forget(INS, at=NOW)["outbound messages"] == 2
    assert not [row for row in OutboundMessage.objects.all() if INS.encode() in bytes(row.raw)]
    PatientIdentifier.objects.filter(type=IdentifierType.INS).delete()
    Patient.objects.update(ins_retrieved=False)
    send()
    assert INS not in peer.received[-1].text
    assert states() == [DeliveryState.SENT, DeliveryState.SENT]


def test_the_state_of_a_bed_is_sent_and_names_nobody(peer, lits):
    stay = here(name="SECRET")
    a_receiver(port=peer.port, events=[], bed_states=True)
    sendings.follow_beds(at=NOW + HOUR)
    send()
    (message,) = peer.received
    assert message.trigger == "A20"
    assert message.segment("NPU").value(1, 1) == stay.unit.code
    assert message.segment("NPU").value(2) == "O"
    assert "SECRET" not in message.text


def test_in_unicode_what_latin_has_not_arrives_whole(peer, lits):
    a_receiver(port=peer.port, charset="UNICODE UTF-8")
    stay = here(name="ŘEHOŘ")
    move(stay, lits)
    send()
    assert pam.read(peer.received[0]).patient.birth_name == "ŘEHOŘ"


def test_our_own_listener_understands_and_does_what_we_send(listener, lits):
    receiver = a_receiver(port=listener.port)
    stay = here(numbered_as="700123")
    move(stay, lits)
    send()
    assert states() == [DeliveryState.SENT]
    row = InboundMessage.objects.get()
    assert (row.control_id, row.trigger, row.deviations) == (OutboundMessage.objects.get().control_id, "A02", [])
    assert row.sender.facility == receiver.facility


@pytest.mark.parametrize("is_known", [True, False])
def test_over_tls_only_one_whose_certificate_is_known_is_told_anything(started, tmp_path, lits, monkeypatch, is_known):
    authority, stranger = trustme.CA(), trustme.CA()
    for owner, bearer in ((authority, authority.issue_cert("localhost")), (stranger, stranger.issue_cert("x"))):
        name = "ours" if owner is authority else "other"
        owner.cert_pem.write_to_path(tmp_path / f"{name}-ca")
        bearer.private_key_pem.write_to_path(tmp_path / f"{name}-key")
        bearer.cert_chain_pems[0].write_to_path(tmp_path / f"{name}-cert")
    own = started("--tls-cert", str(tmp_path / "ours-cert"), "--tls-key", str(tmp_path / "ours-key"))
    monkeypatch.setenv("MLLP_TLS_CA", str(tmp_path / ("ours-ca" if is_known else "other-ca")))
    a_receiver(host="localhost", port=own.port, tls=True)
    move(here(), lits)
    send()
    row = OutboundMessage.objects.get()
    assert row.state == (DeliveryState.SENT if is_known else DeliveryState.PENDING)
    assert is_known or re.search("SSLCertVerificationError", row.last_error)


def test_no_reason_names_a_patient(receiver, lits):
    Receiver.objects.update(port=closed_port())
    stay = here(name="SECRET", numbered_as="700123")
    move(stay, lits)
    send()
    row = OutboundMessage.objects.get()
    assert "SECRET" not in f"{row} {row.last_error} {row.idempotency_key}"


def closed_port() -> int:
    with listening() as gone:
        return gone.port
