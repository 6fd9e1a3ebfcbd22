"""Blocks of a connection, however its bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amh.interop.mllp import blocks
from amh.interop.mllp.blocks import Block, Blocks, framed

ONE = b"MSH|^~\\&|GAM|CLCC|AMH||20261121||ADT^A01|1|P|2.5\rPID|1\r"
OTHER = ONE.replace(b"|1|P", b"|2|P")


def cut(*pieces: bytes) -> list[Block]:
    held = Blocks()
    return [block for piece in pieces for block in held.feed(piece)]


def contents(*pieces: bytes) -> list[bytes]:
    return [block.content.strip(b"\x0b\r\n ") for block in cut(*pieces)]


@pytest.mark.parametrize(
    "stream",
    [
        framed(ONE) + framed(OTHER),
        framed(ONE).replace(b"\x1c\r", b"\x1c\n") + framed(OTHER),
        b"\x0b" + ONE + b"\x1c\x0b" + OTHER + b"\x1c",
        ONE + b"\x1c\r" + OTHER + b"\x1c\r",
        b"\r\n\x00 " + framed(ONE) + b"\r\n\r\n" + framed(OTHER) + b"\r\n",
    ],
    ids=["as written", "line feed", "end alone", "no beginning", "blanks between"],
)
def test_two_messages_are_two_blocks(stream):
    assert contents(stream) == [ONE.strip(), OTHER.strip()]


@given(st.lists(st.sampled_from([ONE, OTHER, ONE * 3]), max_size=4), st.data())
def test_blocks_are_the_same_however_their_bytes_come(messages, data):
    stream = b"".join(map(framed, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [block.content for block in cut(*pieces)] == [b"\x0b" + message for message in messages]


def test_what_was_begun_and_begun_again_was_not_ended():
    assert contents(b"\x0b" + ONE[:40], b"\x0b" + OTHER, b"\x1c\r") == [OTHER.strip()]


def test_a_tabulation_within_a_text_begins_nothing():
    text = ONE.replace(b"PID|1", b"PID|1||A\x0bB")
    assert contents(framed(text)) == [text.strip()]


def test_a_stray_end_within_a_text_ends_nothing():
    text = ONE.replace(b"PID|1", b"PID|1||A\x1cB")
    assert contents(framed(text)) == [text.strip()]


def test_a_half_block_is_held_until_its_end():
    held = Blocks()
    assert list(held.feed(framed(ONE)[:-2])) == []
    assert held.is_amid
    assert [block.content for block in held.feed(b"\x1c\r")] == [b"\x0b" + ONE]
    assert not held.is_amid


def test_a_block_that_is_too_long_is_thrown_away_but_for_its_beginning(monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST", 20_000)
    held = Blocks()
    for _ in range(100):
        assert list(held.feed(b"\x0b" + ONE if not len(held) else b"A" * 1000)) == []
        assert len(held) <= 21_000
    (block,) = held.feed(b"\x1c\r")
    assert (block.is_too_long, block.content.startswith(b"\x0b" + ONE), len(block.content)) == (True, True, blocks.HEAD)
    assert [one.content for one in held.feed(framed(OTHER))] == [b"\x0b" + OTHER]


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01" + b"\x00" * 500, b"\x0b\x1c\r"]
)
def test_garbage_ends_no_block(garbage):
    assert [block for block in cut(garbage) if block.content.strip(b"\x0b")] == []
