import pytest

from amh.interop.hl7 import frames, redaction
from tests.interop.hl7 import samples

HEADER = r"MSH|^~\&|A|B|C|D|2026||ADT^A01|1|P|2.5"


def test_the_forbidden_fields_are_blanked_and_nothing_else():
    text = samples.raw("admission_foreign").decode()

    blanked = redaction.redact(text)

    expected = text.replace("2106-3^White", "").replace("|CHR|", "||").replace("|900-11-2233|", "||")
    expected = expected.replace("|||H\n", "|||\n").replace("WAITLIST", "")
    assert blanked == expected
    assert redaction.redact(blanked) == blanked


def test_a_french_admission_holds_nothing_to_blank():
    text = samples.raw("admission_pam").decode()

    assert redaction.redact(text) == text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("ZBE|M1|2026|2027|INSERT|N", "ZBE|M1|2026||INSERT|N"),
        ("ZBE|M1|2026|2027||INSERT|N", "ZBE|M1|2026|2027||INSERT|N"),
        ("PID|1||||||||\r\nRACE", "PID|1||||||||\r\nRACE"),
        ("PID|1||||||||a\nb|X\r\n", "PID|1||||||||a\nb|\r\n"),
        (" PID" + "|" * 22 + "X", " PID" + "|" * 22),
    ],
)
def test_single_segments(sent, kept):
    assert redaction.redact(f"{HEADER}\r{sent}\rPV1|1|I") == f"{HEADER}\r{kept}\rPV1|1|I"


def test_other_separators_and_no_header_at_all():
    assert redaction.redact("MSH$*%@!$A\rPID" + "$" * 10 + "X|Y$Z") == "MSH$*%@!$A\rPID" + "$" * 10 + "$Z"
    assert redaction.redact("PID" + "|" * 10 + "X|") == "PID" + "|" * 11


def test_what_was_forbidden_is_reported():
    (piece,) = frames.split(samples.raw("admission_foreign"))
    reading = samples.reading("admission_foreign")

    assert {where for code, where in samples.codes(reading) if code == "forbidden-field"} == {
        "PID-10",
        "PID-17",
        "PID-19",
        "PID-22",
        "PV1-40",
    }
    assert all(deviation.detail == "" for deviation in reading.deviations)
    assert [redaction.forbidden(segment) for segment in samples.parsed(piece).segments("PV1")] == [(40,)]


def test_the_fingerprint_forgets_line_ends_only():
    raw = samples.raw("admission_pam")

    assert redaction.fingerprint(raw) == redaction.fingerprint(raw.replace(b"\r", b"\r\n"))
    assert redaction.fingerprint(raw) != redaction.fingerprint(raw.replace(b"G0001", b"G0002"))
