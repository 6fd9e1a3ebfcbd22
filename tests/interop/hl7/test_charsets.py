import pytest

from amh.interop.hl7 import charsets
from amh.interop.hl7.deviations import Code


def sent(name: bytes, announced: str = "") -> bytes:
    return rb"MSH|^~\&|A|B|C|D|2026||ADT^A28|1|P|2.5||||||" + announced.encode() + b"\rPID|1||7||" + name


@pytest.mark.parametrize(
    ("announced", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/15", "iso-8859-15"), ("ISO-8859-1", "iso-8859-1"), ("8859/1", "iso-8859-1")],
)
def test_what_is_announced_and_true_is_not_odd(announced, codec):
    decoded = charsets.decode(sent("LEFÈVRE".encode(codec), announced))

    assert decoded.text.endswith("LEFÈVRE")
    assert (decoded.charset, decoded.deviations) == (codec, ())


@pytest.mark.parametrize(
    ("announced", "real", "code"),
    [
        ("UNICODE UTF-8", "iso-8859-15", Code.CHARSET_MISMATCH),
        ("8859/15", "utf-8", Code.CHARSET_MISMATCH),
        ("8859/1", "cp1252", Code.CHARSET_MISMATCH),
        ("ASCII", "utf-8", Code.CHARSET_MISMATCH),
        ("", "utf-8", Code.CHARSET_UNANNOUNCED),
        ("", "cp1252", Code.CHARSET_UNANNOUNCED),
        ("ISO IR 999", "utf-8", Code.CHARSET_UNKNOWN),
    ],
)
def test_bytes_win_over_what_is_announced(announced, real, code):
    decoded = charsets.decode(sent("LEFÈVRE d’ŒUVRE".encode(real, errors="ignore"), announced))

    assert "LEFÈVRE d" in decoded.text
    assert [deviation.code for deviation in decoded.deviations] == [code]


def test_one_windows_byte_in_utf8_does_not_spoil_the_rest():
    decoded = charsets.decode(sent("LEFÈVRE".encode() + b" Ga\xebl", "UNICODE UTF-8"))

    assert decoded.text.endswith("LEFÈVRE Gaël")
    assert [deviation.code for deviation in decoded.deviations] == [Code.CHARSET_MISMATCH]


def test_controls_and_direction_marks_become_spaces():
    decoded = charsets.decode(sent("DU\x00RA\x7fND\u202e".encode(), "UNICODE UTF-8"))

    assert decoded.text.endswith("DU RA ND ")
    assert [deviation.code for deviation in decoded.deviations] == [Code.CONTROL_CHARACTERS]
