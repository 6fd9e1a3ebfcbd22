import pytest

from amh.interop.actions import messages
from amh.interop.models import InboundMessage
from amh.interop.purges import redact
from patients import purges
from tests.factories.clocks import NOW
from tests.factories.messages import adt

pytestmark = pytest.mark.django_db
INS = "260058815400233"


def received(identifier, **fields):
    raw = adt("A28", **fields).replace(
        b"^^^CLCC^PI", f"^^^CLCC^PI~{identifier}^^^ASIP&1.2.250.1.213.1.4.8^INS".encode()
    )
    return messages.receive(raw, at=NOW).row


def raw(row):
    return bytes(InboundMessage.objects.get(pk=row.pk).raw)


@pytest.mark.parametrize("written", [INS, "2 60 05 88 154 002 33", INS[:13], f"{INS[:13]} 33"])
def test_the_number_is_blanked_however_it_is_written(written):
    row, other = received(written), received("279035121518989", ipp="700124")
    before = raw(row)
    assert redact(INS, at=NOW) == 1
    assert raw(row) == before.replace(written.encode(), b"X" * len(written))
    assert b"279035121518989" in raw(other)


def test_bytes_that_are_no_text_are_searched_too():
    row = received(INS)
    row.raw = b"\x00\xff" + bytes(row.raw)
    row.save(update_fields=["raw"])
    assert redact(INS, at=NOW) == 1
    assert raw(row).startswith(b"\x00\xff")
    assert INS.encode() not in raw(row)


def test_messages_are_a_place_that_forgets():
    row = received(INS)
    assert purges.forget(INS, at=NOW)["inbound messages"] == 1
    assert INS.encode() not in raw(row)


def test_a_message_is_blanked_once_and_keeps_its_length():
    row = received(INS)
    length = len(raw(row))
    assert (redact(INS, at=NOW), redact(INS, at=NOW)) == (1, 0)
    assert len(raw(row)) == length
