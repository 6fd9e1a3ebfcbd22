from datetime import UTC, datetime

from amh.interop.hl7 import acks
from amh.interop.hl7.messages import Sender
from tests.interop.hl7 import samples

NOW = datetime(2026, 3, 5, 8, 15, 2, 345678, tzinfo=UTC)


def test_sender_and_receiver_change_places():
    raw = acks.ack(samples.parsed(samples.raw("admission_pam")), "AA", at=NOW)
    answer = samples.parsed(raw)

    assert raw.startswith(rb"MSH|^~\&|AMH|CLCC-TEST|GAM|CLCC-TEST|20260305091502+0100||ACK^A01^ACK|")
    assert raw.endswith(b"\rMSA|AA|G0001\r")
    assert (answer.processing_id, answer.version, answer.header.value(18)) == ("P", "2.5", "UNICODE UTF-8")
    assert answer.sender == Sender("AMH", "CLCC-TEST")


def test_separators_are_those_received():
    raw = acks.ack(samples.parsed(samples.raw("custom_separators")), "AE", at=NOW, text="Zone $ inconnue")

    assert raw.startswith(b"MSH$*%@!$BOARD$NORTHSITE$REGSYS$NORTHSITE$")
    assert raw.endswith(b"\rMSA$AE$77003$Zone @F@ inconnue\r")


def test_the_sentence_stays_on_one_line_and_in_the_character_set_of_the_sender():
    utf8 = samples.parsed(samples.raw("admission_pam"))
    ascii_only = samples.parsed(samples.raw("admission_foreign"))

    assert acks.ack(utf8, "AR", at=NOW, text="Refusé\r\nMSH|").endswith("|Refusé MSH\\F\\\r".encode())
    assert acks.ack(ascii_only, "AR", at=NOW, text="L’accès refusé").endswith(b"|L'acces refuse\r")


def test_a_message_that_cannot_be_read_is_answered_all_the_same():
    answer = samples.parsed(acks.ack(None, "AR", at=NOW, text="Le message est vide."))

    assert answer.sender.application == "AMH"
    assert [answer.segment("MSA").value(number) for number in (1, 2, 3)] == ["AR", "", "Le message est vide."]
