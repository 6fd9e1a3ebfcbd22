from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amh.interop.hl7 import acks, charsets, deviations, frames, messages, pam, redaction
from amh.interop.hl7.messages import Unreadable
from tests.interop.hl7 import samples

NOW = datetime(2026, 3, 5, tzinfo=UTC)
SEEDS = [path.read_bytes() for path in sorted(samples.FIXTURES.glob("*.hl7"))]
FIELDS = st.text(st.sampled_from('|^~\\&\r\n"0129-:+ABMSHPIDZVLEF\x00é \u202e'), max_size=30)


def read_all(raw: bytes) -> list[pam.Reading | Unreadable]:
    """Read every piece of a body, and answer, blank and fingerprint it as the feed will."""
    return [read_piece(piece) for piece in frames.split(raw)]


def read_piece(piece: bytes) -> pam.Reading | Unreadable:
    redaction.fingerprint(piece)
    redaction.redact(charsets.decode(piece).text)
    try:
        message = samples.parsed(piece)
    except Unreadable as refusal:
        return refusal
    assert "".join(messages.chunks(message.text, message.separators.field)) == message.text
    acks.ack(message, "AA", at=NOW)
    return pam.read(message)


@pytest.mark.parametrize("path", samples.all_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_is_read_or_refused_with_a_sentence(path):
    for found in read_all(path.read_bytes()):
        assert str(found)


def test_a_foreign_admission():
    reading = samples.reading("admission_foreign")

    assert reading.patient.local.value == "55501"
    assert (reading.visit.visit_number, reading.location.uf, reading.location.bed) == ("VN-881", "W7", "B")
    assert reading.movement.effective_at == datetime(2026, 4, 19, 8, tzinfo=UTC)
    assert ("movement-missing", "ZBE") in samples.codes(reading)


def test_a_message_announced_in_the_wrong_character_set_reads_right():
    reading = samples.reading("admission_latin9")

    assert reading.patient.birth_name == "ESSAI-LEFÈVRE"
    assert ("charset-mismatch", "MSH-18") in samples.codes(reading)


def test_events_left_out_of_the_french_profile_are_read_and_reported():
    assert ("event-not-french", "MSH-9") in samples.codes(samples.read("PID|1||7", trigger="A08"))


def test_every_oddity_has_its_words():
    assert all(deviations.Deviation(code, "MSH").label for code in deviations.Code)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_read_or_refused(raw):
    read_all(raw)
    read_all(b"MSH|" + raw)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=20))
def test_damaged_messages_are_read_or_refused(raw, at, length, junk):
    read_all(raw[:at] + junk + raw[at + length :])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["PID", "PV1", "PV2", "ZBE", "EVN", "MSH", "PD1"]), st.lists(FIELDS))))
def test_any_fields_are_read_or_refused(segments):
    body = "\r".join("|".join([name, *fields]) for name, fields in segments)

    read_all(rb"MSH|^~\&|A|B|C|D|2026||ADT^A01|1|P|2.5" + b"\r" + body.encode())
