"""The listener in front of senders that behave, and of those that do not."""

import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import hl7.client
import psutil
import pytest
import trustme

from amh.interop.hl7.frames import LONGEST
from amh.interop.mllp.blocks import framed
from amh.interop.mllp.servers import STRANGE
from amh.interop.models import InboundMessage, MessageState
from patients.models import Patient, Stay
from tests.conftest import database_url
from tests.factories.messages import adt
from tests.factories.places import a_bed, a_unit
from tests.interop.conftest import decided

pytestmark = pytest.mark.django_db(transaction=True)


def told(answer: str) -> tuple[str, str]:
    """The code of an acknowledgment, and the message that it is about."""
    return re.search(r"\rMSA\|(A\w)\|?([^|\r]*)", answer).groups()


def test_a_message_is_stored_acknowledged_and_applied(listener):
    bed = a_bed(a_unit("MED"), "201", "F")
    with listener.sender() as sender:
        assert told(sender.say(adt("A01", control_id="M1"))) == ("AA", "M1")
    (row,) = decided(1)
    assert (row.state, row.control_id) == (MessageState.ACCEPTED, "M1")
    assert Stay.objects.get().placements.get().bed == bed


def test_one_connection_carries_many_messages_each_with_its_own_answer(listener):
    a_bed(a_unit("MED"), "201", "F")
    with listener.sender() as sender:
        sender.write(b"".join(framed(adt("A31", control_id=f"N{number}")) for number in range(20)))
        assert [told(sender.answer()) for _ in range(20)] == [("AA", f"N{number}") for number in range(20)]
    assert {row.state for row in decided(20)} == {MessageState.ACCEPTED}


def test_several_messages_in_one_block_have_each_an_answer(listener):
    with listener.sender() as sender:
        sender.write(
            framed(b"FHS|^~\\&|X\rBHS|^~\\&|X\r" + adt("A28", control_id="B1") + b"\r" + adt("A28", control_id="B2"))
        )
        assert [told(sender.answer()) for _ in range(2)] == [("AA", "B1"), ("AA", "B2")]


def test_the_same_message_twice_is_acknowledged_twice_and_applied_once(listener):
    message = adt("A28", control_id="T1")
    with listener.sender() as first, listener.sender() as second:
        assert [told(sender.say(message)) for sender in (first, second)] == [("AA", "T1")] * 2
    (row,) = decided(1)
    assert row.duplicates == 1
    assert Patient.objects.count() == 1


def test_what_is_not_hl7_is_refused_and_the_connection_goes_on(listener):
    with listener.sender() as sender:
        assert told(sender.say(b"GET / HTTP/1.1"))[0] == "AR"
        assert told(sender.say(adt("A28", control_id="G1"))) == ("AA", "G1")
    assert [row.state for row in decided(2)] == [MessageState.QUARANTINED, MessageState.ACCEPTED]


def test_who_sends_nothing_but_what_is_not_hl7_is_hung_up_on(listener):
    with listener.sender() as sender:
        for _ in range(STRANGE - 1):
            assert told(sender.say(b"GET / HTTP/1.1"))[0] == "AR"
        assert told(sender.say(adt("A28", control_id="N1"))) == ("AA", "N1")
        for _ in range(STRANGE):
            assert told(sender.say(b"GET / HTTP/1.1"))[0] == "AR"
        with pytest.raises(ConnectionError):
            sender.answer()


def test_a_message_broken_off_is_not_stored(listener):
    with listener.sender() as sender:
        sender.write(framed(adt("A28"))[:-30])
    with listener.sender() as sender:
        assert told(sender.say(adt("A28", control_id="H1"))) == ("AA", "H1")
    assert InboundMessage.objects.count() == 1


def test_one_too_long_is_answered_and_the_next_is_taken(listener):
    with listener.sender() as sender:
        assert told(sender.say(adt("A28", control_id="L1") + b"\rOBX|1|TX|||" + b"A" * LONGEST)) == ("AE", "L1")
        assert told(sender.say(adt("A28", control_id="L2", extra="OBX|1|TX|||" + "A" * (LONGEST // 2)))) == ("AA", "L2")
    assert InboundMessage.objects.count() == 1


def test_two_hundred_connections_are_served_beside_one_that_dawdles(listener):
    with ExitStack() as stack:
        dawdler = stack.enter_context(listener.sender())
        dawdler.write(framed(adt("A28"))[:50])
        senders = [stack.enter_context(listener.sender()) for _ in range(200)]
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda pair: pair[1].say(adt("A28", control_id=f"C{pair[0]}")), enumerate(senders)))
        dawdler.write(framed(adt("A28", control_id="slow")))
        assert told(dawdler.answer()) == ("AA", "slow")
    assert [told(answer) for answer in answers] == [("AA", f"C{number}") for number in range(200)]


def test_asked_to_stop_it_ends_and_tells_nothing_wrong(started):
    own = started()
    with own.sender() as sender:
        assert told(sender.say(adt("A28", control_id="S1"))) == ("AA", "S1")
        assert own.stop() == ""
        with pytest.raises(ConnectionError):
            sender.answer()
    assert own.process.returncode == 0
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", own.port))


def test_asked_to_stop_while_others_send_and_take_no_answer_it_tells_nothing_wrong_either(started):
    own = started()
    with ExitStack() as stack:
        senders = [stack.enter_context(own.sender()) for _ in range(8)]
        with ThreadPoolExecutor(len(senders)) as pool:
            for sender in senders:
                pool.submit(pester, sender)
            senders[0].answer()
            assert own.stop() == ""
    assert own.process.returncode == 0


def children(process):
    """The processes that apply, once there are some."""
    parent = psutil.Process(process.pid)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := [one for one in parent.children() if "spawn_main" in " ".join(one.cmdline())]:
            return found
        time.sleep(0.05)
    raise AssertionError("nobody applies")


def test_a_process_that_applies_is_killed_and_others_go_on(started):
    own = started()
    with own.sender() as sender:
        assert told(sender.say(adt("A28", control_id="K0"))) == ("AA", "K0")
        decided(1)
        for number in range(1, 4):
            for child in children(own.process):
                child.kill()
            assert told(sender.say(adt("A28", control_id=f"K{number}", ipp=f"{number}"))) == ("AA", f"K{number}")
            rows = decided(number + 1)
    assert {row.state for row in rows} == {MessageState.ACCEPTED}
    own.stop()


def test_those_who_apply_do_not_outlive_a_listener_that_is_killed(started):
    own = started()
    with own.sender() as sender:
        assert told(sender.say(adt("A28", control_id="O1"))) == ("AA", "O1")
        decided(1)
    orphans = children(own.process)
    own.process.kill()
    assert psutil.wait_procs(orphans, timeout=10)[1] == []


def pester(sender):
    """Send without end, and read nothing, until the listener is gone."""
    with suppress(OSError):
        while True:
            sender.write(framed(adt("A28", control_id="R1")) * 20)


def test_what_a_killed_listener_stored_the_next_one_applies(started):
    row = InboundMessage.objects.none()
    own = started()
    with own.sender() as sender:
        sender.say(adt("A28", control_id="K1"))
    own.process.kill()
    own.process.wait()
    InboundMessage.objects.update(state=MessageState.RECEIVED, decided_at=None, received_at="2026-11-21T12:00Z")
    started()
    (row,) = decided(1)
    assert row.state == MessageState.ACCEPTED


def test_while_the_database_is_away_the_sender_is_told_so(started):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        closed = probe.getsockname()[1]
    own = started("--patience", "1", DATABASE_URL=f"postgresql://nobody@127.0.0.1:{closed}/nowhere")
    with own.sender() as sender:
        assert told(sender.say(adt("A28", control_id="D1"))) == ("AE", "D1")


def test_whatever_keeps_a_message_from_being_stored_the_sender_is_told_so_and_may_go_on(started):
    own = started(DATABASE_URL=database_url().rpartition("/")[0] + "/postgres")
    with own.sender() as sender:
        assert [told(sender.say(adt("A28", control_id=number))) for number in ("E1", "E2")] == [
            ("AE", "E1"),
            ("AE", "E2"),
        ]


def test_the_client_of_python_hl7_is_understood(listener):
    with hl7.client.MLLPClient("127.0.0.1", listener.port) as client:
        assert told(client.send_message(adt("A28", control_id="P1")).decode()) == ("AA", "P1")
        latin = adt("A28", control_id="P2", ipp="2", name="LEFÈVRE^Zoé").decode().replace("UNICODE UTF-8", "8859/15")
        assert told(client.send_message(latin.encode("iso8859-15")).decode("iso8859-15")) == ("AA", "P2")
        assert told(client.send_message(adt("A28", control_id="P3", ipp="3", name="LEFÈVRE^Zoé")).decode()) == (
            "AA",
            "P3",
        )
    decided(3)
    names = Patient.objects.filter(birth_name="LEFÈVRE").values_list("first_names", flat=True)
    assert list(names) == ["Zoé", "Zoé"]


@pytest.mark.parametrize("is_known", [True, False])
def test_over_tls_a_sender_must_bear_a_known_certificate(started, tmp_path, is_known):
    authority, stranger = trustme.CA(), trustme.CA()
    server, client = authority.issue_cert("localhost"), (authority if is_known else stranger).issue_cert("gam")
    for name, blob in (
        ("ca", authority.cert_pem),
        ("key", server.private_key_pem),
        ("cert", server.cert_chain_pems[0]),
    ):
        blob.write_to_path(tmp_path / name)
    own = started(*(part for name in ("ca", "key", "cert") for part in (f"--tls-{name}", str(tmp_path / name))))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    client.configure_cert(context)
    if is_known:
        with own.sender(tls=context) as sender:
            assert told(sender.say(adt("A28", control_id="X1"))) == ("AA", "X1")
    else:
        with pytest.raises((ssl.SSLError, ConnectionError)), own.sender(tls=context) as sender:
            sender.say(adt("A28"))
    assert InboundMessage.objects.count() == is_known


def test_a_certificate_that_cannot_be_used_is_said_in_one_line(started):
    with pytest.raises(AssertionError, match="MLLP_TLS_CERT") as said:
        started("--tls-cert", "/nowhere")
    assert "Traceback" not in str(said.value)
