"""Streams that lose their server come back to the next one by themselves."""

import os
from contextlib import ExitStack, closing

from benchmarks import lives, webs
from benchmarks.visitors import Visitor


def test_streams_come_back_to_a_server_that_was_started_again_and_hear_what_follows():
    port = webs.free_port()
    with ExitStack() as stack:
        with webs.serving(lives.BARE, os.environ, port=port) as web:
            listeners = stack.enter_context(lives.listening(web, "/stream", {}))
            listeners.open(5)
        with webs.serving(lives.BARE, os.environ, port=port) as web, closing(Visitor(web)) as visitor:
            assert listeners.open(5) > 0
            told = listeners.collect()
            assert told["lost"] == 5
            heard = lives.hear(web, listeners, [lives.push(visitor, 7, 900)], 5, lives.moments_told)
    assert heard.received == 100
