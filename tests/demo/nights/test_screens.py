"""A board that is left open comes back to where it was, and loads its page again when it is told to."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from amh.demo.soak.machines import HOST
from amh.demo.soak.nights import screens
from amh.demo.soak.nights.screens import Screen
from amh.demo.soak.nights.visitors import Visitor
from amh.demo.soak.nights.wires import Wire

PAGE = """<main id="contenu" data-live="/live/lits" data-position="5" data-at="2026-11-22T03:00:00+00:00">
<article id="lit-1" class="card" data-state="{state}" data-unit="9"></article></main>"""
CARD = 'event: card\nid: 8\ndata: <article id="lit-1" class="card" data-state="occupied" data-unit="9"></article>\n\n'
BEAT = 'event: beat\nid: 8\ndata: {"at": "2026-11-22T03:05:00+00:00", "position": 8, "stale": false}\n\n'
RESET = "event: reset\nid: 9\ndata: {}\n\n"


@contextmanager
def served(*answers: tuple[int, str]) -> Iterator[tuple[Screen, "queue.Queue[str]"]]:
    """A screen at a server that answers so, one after the other, then no more; and the addresses it was asked for."""
    asked: queue.Queue[str] = queue.Queue()
    left = list(answers)
    over = threading.Event()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.put(self.path)
            if not left:
                over.wait()
                return
            status, text = left.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args):
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wire = Wire([server.server_port], Random(1))
        screen = Screen(1, Visitor("lits", [server.server_port], Random(1)), "/lits/", wire, Random(1))
        screen.start()
        yield screen, asked
        screen.end()
        over.set()
        wire.close()
        server.shutdown()


@pytest.fixture(autouse=True)
def brisk(monkeypatch):
    monkeypatch.setattr(screens, "RETRIES", (0.02,))
    monkeypatch.setattr(screens, "RELOAD", 0.02)


def addresses(asked, many):
    return [asked.get(timeout=10) for _ in range(many)]


def test_it_comes_back_from_its_last_position_with_what_it_has():
    with served((200, PAGE.format(state="free")), (200, CARD + BEAT), (503, "")) as (screen, asked):
        assert addresses(asked, 4) == ["/lits/", "/live/lits?last=5", "/live/lits?last=8", "/live/lits?last=8"]
        assert screen.sample().states == {1: "occupied"}
        assert screen.sample().since.minute == 5
        assert screen.sample().live
        assert screen.counts == {"frames": 2, "reconnections": 2, "answers 503": 1}


def test_a_reset_loads_the_page_again_and_a_page_that_is_away_is_asked_for_again():
    pages = [(200, PAGE.format(state="free")), (200, RESET), (503, "away"), (200, PAGE.format(state="closed"))]
    with served(*pages) as (screen, asked):
        assert addresses(asked, 5) == ["/lits/", "/live/lits?last=5", "/lits/", "/lits/", "/live/lits?last=5"]
        assert screen.board().beds()[1].state == "closed"
        assert screen.counts["resets"] == 1


def test_who_has_heard_no_beat_is_not_live_and_a_stale_one_makes_nobody_live():
    with served((200, PAGE.format(state="free")), (200, BEAT.replace("false", "true"))) as (screen, asked):
        addresses(asked, 3)
        assert screen.sample().since.minute == 5
        assert not screen.sample().live


def test_a_line_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(screens, "SILENCE", 0.2)
    with served((200, PAGE.format(state="free"))) as (screen, asked):
        began = time.monotonic()
        assert addresses(asked, 3) == ["/lits/", "/live/lits?last=5", "/live/lits?last=5"]
        assert time.monotonic() - began >= 0.2
        assert screen.counts["reconnections"] >= 1


def test_before_any_page_there_is_nothing_to_see():
    with served((503, "away")) as (screen, asked):
        addresses(asked, 2)
        assert screen.board() is None
        assert screen.sample() is None
