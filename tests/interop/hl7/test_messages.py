import pytest

from amh.interop.hl7.deviations import Code
from amh.interop.hl7.messages import Sender, Unreadable
from amh.interop.hl7.separators import Separators, escaped, unescaped
from tests.interop.hl7 import samples


def test_the_envelope():
    message = samples.parsed(samples.raw("admission_pam"))

    assert (message.type, message.trigger, message.structure) == ("ADT", "A01", "ADT_A01")
    assert message.sender == Sender("GAM", "CLCC-TEST")
    assert (message.control_id, message.processing_id, message.version) == ("G0001", "P", "2.5")
    assert message.deviations == ()


def test_separators_are_the_senders():
    message = samples.parsed(samples.raw("custom_separators"))

    assert message.separators == Separators("$", "*", "%", "@", "!")
    assert message.segment("PID").value(5) == "O$Neil | Sons"
    assert [element.component(1) for element in message.segment("PID").repetitions(3)] == ["55503", "55504"]


@pytest.mark.parametrize("encoding", ["^~", "", "^~\\\\&", "^~\\&#", "ABC"])
def test_odd_encoding_characters_are_completed(encoding):
    message = samples.message("PID|1||7^^^H&X^PI~8", header=f"MSH|{encoding}|A|B|C|D|2026||ADT^A28|1|P|2.5")

    assert message.separators == Separators()
    assert [element.component(4, 2) for element in message.segment("PID").repetitions(3)] == ["X", ""]
    assert (Code.SEPARATORS in {deviation.code for deviation in message.deviations}) is (encoding != "^~\\&#")


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"Chir\.br\V\H\4\N\ ", "Chir V4"),
        (r"caf\XC3A9\ \XE9\t\X0D\PID", "café ét PID"),
        (r"C:\dir\rien", r"C:\dir\rien"),
        (r"a\X\b\X1\c\XZZ.", r"abc\XZZ."),
        ('""', ""),
    ],
)
def test_escapes(sent, text):
    assert unescaped(sent, Separators()) == text


def test_what_is_escaped_reads_the_same():
    text = r"A|B^C&D~E\F"

    assert unescaped(escaped(text, Separators()), Separators()) == text


def test_null_is_not_silence():
    segment = samples.message('PID|1||7|""||x').segment("PID")

    assert (segment.value(4), segment.is_null(4)) == ("", True)
    assert (segment.value(5), segment.is_null(5)) == ("", False)
    assert (segment.value(99), segment.is_null(99)) == ("", False)


def test_a_line_break_inside_a_field_does_not_start_a_segment():
    segment = samples.message("PID|1||7||ESSAI^Zoé||||||12 rue\nde la Paix^^NANTES|44").segment("PID")

    assert segment.value(11) == "12 rue de la Paix"
    assert segment.value(12) == "44"


def test_indented_segments_and_absent_ones():
    message = samples.message("  PID|1||7")

    assert message.segment("PID").value(3) == "7"
    assert not message.has("ZBE")
    assert message.segment("ZBE").value(4) == ""


@pytest.mark.parametrize(
    ("kind", "trigger", "odd"),
    [
        ("ADT^A01^ADT_A01", "A01", Code.EVENT_MISMATCH),
        ("ADT_A01", "A01", Code.EVENT_MISMATCH),
        ("ADT", "A03", Code.TYPE_MISSING),
        ("", "A03", Code.TYPE_MISSING),
    ],
)
def test_the_event_of_a_header_that_says_too_little(kind, trigger, odd):
    message = samples.message("EVN|A03", header=rf"MSH|^~\&|A|B|C|D|2026||{kind}|1|P|2.5")

    assert (message.type, message.trigger) == ("ADT", trigger)
    assert [deviation.code for deviation in message.deviations] == [odd]


def test_an_incomplete_envelope_is_reported():
    message = samples.message(header=r"MSH|^~\&|||C|D|2026||ADT^A28|||1.0")

    assert [deviation.code for deviation in message.deviations] == [
        Code.CONTROL_ID_MISSING,
        Code.SENDER_MISSING,
        Code.VERSION,
    ]
    assert message.sender == Sender("", "")


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"", "AR"),
        (b"\x00\x00", "AR"),
        (b"<xml/>", "AR"),
        (samples.raw("headless"), "AR"),
        (b"MSH|^~", "AE"),
        (rb"MSH|^~\&|A|B|C|D|2026||?!|1|P|2.5", "AE"),
    ],
)
def test_what_cannot_be_read(raw, answer):
    with pytest.raises(Unreadable) as refusal:
        samples.parsed(raw)

    assert refusal.value.acknowledgment == answer
    assert str(refusal.value).endswith(".")


def test_a_sender_reads_like_one():
    assert str(Sender("GAM", "CLCC")) == "GAM / CLCC"
    assert str(Sender("GAM", "")) == "GAM"
