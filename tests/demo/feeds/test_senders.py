"""A sender says the very same again until it is told that the message is there, and never the next one before."""

import socket
import threading
from contextlib import contextmanager, suppress
from random import Random

from amh.demo.soak.feeds.senders import Progress, Sender
from amh.demo.soak.feeds.tellings import SYSTEMS, Told
from amh.demo.soak.machines import HOST
from amh.interop.mllp.blocks import Blocks, framed

ONE, OTHER = (Told(SYSTEMS[0], number, "A28", f"MSH|{number}".encode(), ()) for number in ("M1", "M2"))


@contextmanager
def answering(*codes):
    """A listener that answers so, one code a message; without a code it hangs up. Gives its port and what it heard."""
    heard, left = [], list(codes)
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=serve, args=[server, left, heard], daemon=True).start()
        yield server.getsockname()[1], heard


def serve(server, left, heard):
    while left:
        try:
            near, _address = server.accept()
        except OSError:
            return
        with near, suppress(OSError):
            listen(near, left, heard)


def listen(near, left, heard):
    blocks = Blocks()
    while left and (data := near.recv(100)):
        for block in blocks.feed(data):
            heard.append(block.content.strip(b"\x0b"))
            code = left.pop(0)
            if not code:
                return
            near.sendall(framed(f"MSH|^~\\&\rMSA|{code}|{heard[-1][4:].decode()}\r".encode()))


def told(port, *messages, hangs_up=0.0):
    progress = Progress()
    Sender(port, Random(1), progress, hangs_up=hangs_up).tell(list(messages))
    return progress


def test_accepted_messages_follow_each_other_on_one_connection():
    with answering("AA", "AA") as (port, heard):
        progress = told(port, ONE, OTHER)
    assert heard == [ONE.raw, OTHER.raw]
    assert progress.counts == {"AA": 2, "sendings": 2, "connections": 1}


def test_what_is_not_accepted_is_sent_again_on_a_new_connection_before_the_next():
    with answering("AE", "", "AA", "AA") as (port, heard):
        progress = told(port, ONE, OTHER)
    assert heard == [ONE.raw] * 3 + [OTHER.raw]
    assert progress.counts == {"AA": 2, "AE": 1, "unanswered": 1, "sendings": 4, "connections": 3}
    assert progress.faults == []


def test_a_message_that_is_refused_is_a_fault():
    with answering("AR", "AA") as (port, _heard):
        assert told(port, ONE).faults == ["M1: answered AR M1"]


def test_one_that_hangs_up_comes_back():
    with answering(*["AA"] * 20) as (port, heard):
        progress = told(port, ONE, OTHER, hangs_up=0.5)
    assert list(dict.fromkeys(heard)) == [ONE.raw, OTHER.raw]
    assert progress.counts["hung up"] == progress.counts["connections"] - 1 > 0
    assert progress.counts["AA"] == 2
