"""A wire carries, breaks, hangs and is slow, and carries again."""

import time
from contextlib import closing
from random import Random

import pytest

from amh.demo.soak.machines import free_port
from amh.demo.soak.nights.wires import Wire
from tests.demo.nights.conftest import PATIENCE, call, is_over

SOON = 0.3


def test_a_wire_carries_both_ways(wire):
    with call(wire) as link:
        for said in (b"one", b"two"):
            link.sendall(said)
            assert link.recv(100) == said


def test_a_cut_breaks_what_is_open_and_what_comes_until_it_is_mended(wire):
    with call(wire) as link:
        link.sendall(b"one")
        assert link.recv(100) == b"one"
        wire.cut()
        assert is_over(link)
    with call(wire) as link:
        assert is_over(link)
    wire.mend()
    with call(wire) as link:
        link.sendall(b"two")
        assert link.recv(100) == b"two"


def test_a_frozen_wire_tells_neither_side_and_loses_nothing(wire):
    with call(wire, patience=SOON) as link:
        wire.freeze()
        link.sendall(b"one")
        with pytest.raises(TimeoutError):
            link.recv(100)
        wire.mend()
        link.settimeout(PATIENCE)
        assert link.recv(100) == b"one"


def test_a_slow_wire_holds_back_each_piece_on_each_way(wire):
    with call(wire) as link:
        wire.slow(SOON)
        began = time.monotonic()
        link.sendall(b"one")
        assert link.recv(100) == b"one"
        assert time.monotonic() - began >= 2 * SOON


def test_nobody_at_the_other_end_is_a_broken_line():
    with closing(Wire([free_port()], Random(1))) as wire, call(wire) as link:
        assert is_over(link)
