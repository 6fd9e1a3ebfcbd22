import pytest

from amh.interop.hl7 import frames
from tests.interop.hl7 import samples

ONE = rb"MSH|^~\&|A|B|C|D|20260305||ADT^A28|1|P|2.5" + b"\rPID|1||7"
TWO = ONE.replace(b"|1|P", b"|2|P")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r\n"])
def test_one_message_is_one_piece_whatever_its_line_ends(end):
    text = ONE.replace(b"\r", end)

    assert frames.split(text + end) == [text]


def test_several_messages_in_one_file():
    assert frames.split(ONE + b"\r" + TWO + b"\n") == [ONE, TWO]


def test_files_put_end_to_end_without_a_line_end():
    assert frames.split(ONE + TWO) == [ONE, TWO]


def test_a_field_that_holds_the_letters_msh_does_not_start_a_message():
    text = ONE + b"\rOBX|1|ST|FSH~LH|MSH|^12^|"

    assert frames.split(text) == [text]


def test_the_envelope_of_a_batch_is_left_out_and_a_cut_message_kept():
    first, cut, last = frames.split(samples.raw("batch"))

    assert b"|B1|" in first
    assert cut == b"MSH|^~"
    assert b"|B2|" in last
    assert last.endswith(b"VALI|20260301080000")


def test_mllp_framing_and_a_frame_without_msh():
    first, headless, last = frames.split(samples.raw("mllp_frames"))

    assert first.startswith(b"MSH")
    assert headless == b"PID|1||700125^^^X^PI"
    assert b"|L2|" in last


@pytest.mark.parametrize("stray", [b"\x00\x0b ", b"\xef\xbb\xbf", b"  \t", b"\r\n\r\n", b"xyz "])
def test_stray_bytes_before_a_message_are_left_out(stray):
    (piece,) = frames.split(stray + ONE)

    assert piece.lstrip(b"\xef\xbb\xbf") == ONE


def test_segments_before_the_first_msh_are_a_piece_of_their_own():
    assert frames.split(b"EVN|A01\rPID|1||8\r" + ONE) == [b"EVN|A01\rPID|1||8", ONE]


@pytest.mark.parametrize("body", [b"", b" \r\n", b"<xml/>", b"FHS|^~\\&|A\rFTS|0"])
def test_what_holds_no_message_is_one_piece(body):
    assert frames.split(body) == [body]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_saved_as_utf16_is_read(codec):
    assert frames.split(ONE.decode().encode(codec)) == [ONE]


def test_a_last_letter_that_looks_like_a_byte_order_mark_is_kept():
    text = ONE + "^LEBŸ^ÿ".encode()

    assert frames.split(text) == [text]


def test_normalised_forgets_line_ends_and_framing_only():
    sent_again = b"\x0b" + ONE.replace(b"\r", b"\r\n") + b"\n\n\x1c\r"

    assert frames.normalised(sent_again) == frames.normalised(ONE) == ONE
    assert frames.normalised(TWO) != frames.normalised(ONE)
