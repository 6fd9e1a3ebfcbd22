from datetime import UTC, datetime

from amh.core.live import frames
from amh.core.live.topics import Event


def test_every_line_of_an_element_is_a_line_of_data() -> None:
    assert frames.encode(Event("card", "<b>\r\nun\rdeux\n</b>")) == (
        b"event: card\ndata: <b>\ndata: un\ndata: deux\ndata: </b>\n\n"
    )


def test_a_text_keeps_the_signs_that_are_not_line_ends() -> None:
    assert frames.encode(Event("card", "é\u2028ü\x85")) == "event: card\ndata: é\u2028ü\x85\n\n".encode()


def test_only_the_last_event_of_a_batch_moves_the_position() -> None:
    (chunk,) = frames.pack([Event("card", "a"), Event("card", "b")], position=7)
    assert chunk == b"event: card\ndata: a\n\nevent: card\nid: 7\ndata: b\n\n"


def test_a_large_batch_leaves_in_chunks_that_a_socket_swallows() -> None:
    events = [Event("card", "x" * 10_000) for _ in range(10)]
    chunks = frames.pack(events, position=7)
    assert len(chunks) == 4
    assert max(map(len, chunks)) <= frames.CHUNK
    assert [b"id: 7" in chunk for chunk in chunks] == [False, False, False, True]


def test_nothing_to_say_is_no_chunk() -> None:
    assert frames.pack([], position=7) == []


def test_a_beat_says_of_when_the_data_are() -> None:
    at = datetime(2026, 11, 21, 14, 32, 5, 999, tzinfo=UTC)
    assert frames.beat(at=at, position=7, stale=True) == (
        b'event: beat\nid: 7\ndata: {"at": "2026-11-21T14:32:05+00:00", "position": 7, "stale": true}\n\n'
    )
