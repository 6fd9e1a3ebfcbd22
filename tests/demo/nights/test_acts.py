"""What the people of the night do is sent until it is answered, and done once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random

import pytest

from amh.demo.soak.nights import acts
from amh.demo.soak.nights.acts import IN_USE, Order, Staff
from amh.demo.soak.nights.boards import Bed
from amh.demo.soak.nights.visitors import Visitor
from tests.factories.clocks import NOW

FREE, TAKEN = Bed(1, 10, "free", 0, ""), Bed(2, 10, "occupied", 50, "")


@contextmanager
def interface(*answers: tuple[int, object]) -> Iterator[tuple[Staff, list[tuple[str, str, object]]]]:
    """Staff at a server that answers so, one after the other, and the questions that it was asked."""
    asked, left = [], list(answers)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Idempotency-Key"], said))
            status, body = left.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_args):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Staff(Visitor("lits", [server.server_port], Random(1)), Random(1)), asked
        server.shutdown()


@pytest.fixture(autouse=True)
def brisk(monkeypatch):
    monkeypatch.setattr(acts, "PAUSE", 0.01)
    monkeypatch.setattr(acts, "TRIES", 3)


def test_an_act_is_sent_under_one_key_until_it_is_answered():
    told = []
    with interface((503, {}), (409, {"code": IN_USE}), (200, {"id": 7})) as (staff, asked):
        staff.obey("move", Order("stays/5/move", {"bed": 1}, (1,), told.append))
    assert [(path, said) for path, _key, said in asked] == [("/api/v1/stays/5/move/", {"bed": 1})] * 3
    assert len({key for _path, key, _said in asked}) == 1
    assert told == [{"id": 7}]
    assert staff.counts == {"sent again": 2, "done": 1, "move": 1}
    assert staff.faults == []


def test_a_refusal_is_an_answer_and_an_error_is_a_fault():
    with interface((409, {"code": "bed_taken"}), (422, {}), (500, {})) as (staff, asked):
        for _ in range(3):
            staff.obey("clean", Order("beds/1/clean"))
    assert len({key for _path, key, _said in asked}) == 3
    assert staff.counts == {"refused": 2}
    assert staff.faults == ["clean: answered 500"]


def test_nobody_who_answers_is_a_fault():
    with interface(*[(503, {})] * 3) as (staff, _asked):
        staff.obey("clean", Order("beds/1/clean"))
    assert staff.faults == ["clean: never answered"]


def test_a_bed_is_left_alone_for_a_while():
    with interface((200, {}), (200, {})) as (staff, asked):
        staff.obey("clean", Order("beds/1/clean", {}, (1,)))
        touched = staff._touched[1]
        for seconds in range(4):
            staff.act({1: FREE}, at=touched + acts.REST * seconds / 4)
        assert len(asked) == 1
        while len(asked) < 2:
            staff.act({1: FREE}, at=touched + acts.REST)
    assert "/1/" in asked[1][0] or asked[1][0] == "/api/v1/units/10/confirm/"


@pytest.mark.parametrize("verb", acts.USUAL)
def test_nothing_is_ordered_where_nothing_can_be_done(verb):
    staff = Staff(Visitor("lits", [1], Random(1)), Random(1))
    assert getattr(staff, f"_{verb}")([], NOW) is None


@pytest.mark.parametrize(
    ("verb", "beds", "path"),
    [
        ("move", [TAKEN, FREE], "stays/50/move"),
        ("swap", [TAKEN, Bed(3, 10, "leaving", 51, "")], "stays/50/swap"),
        ("discharge", [FREE, TAKEN], "stays/50/discharge"),
        ("clean", [FREE, Bed(4, 10, "cleaning", 0, "")], "beds/4/clean"),
        ("leave", [TAKEN], "stays/50/leave"),
        ("come_back", [TAKEN, Bed(5, 10, "occupied", 52, "heberge permission")], "stays/52/come-back"),
        ("close", [TAKEN, FREE], "beds/1/close"),
        ("reopen", [FREE, Bed(6, 10, "closed", 0, "")], "beds/6/reopen"),
        ("expect", [FREE, TAKEN], "stays/50/expect-discharge"),
        ("confirm", [FREE], "units/10/confirm"),
    ],
)
def test_a_verb_is_ordered_of_a_bed_that_it_fits(verb, beds, path):
    staff = Staff(Visitor("lits", [1], Random(1)), Random(1))
    assert getattr(staff, f"_{verb}")(beds, NOW).path == path


def test_what_is_kept_is_let_go_and_who_has_left_comes_again():
    kept = [Bed(1, 10, "reserved", 0, "")]
    with interface((200, {"patient": {"id": 9}}), (201, {"id": 60}), (201, {"id": 3, "bed": 1})) as (staff, asked):
        for verb, beds in (("discharge", [TAKEN]), ("await", [FREE]), ("reserve", [FREE])):
            staff.obey(verb, getattr(staff, f"_{verb}")(beds, NOW))
        assert staff._release(kept, NOW).path == "reservations/3/release"
        assert staff._admit([FREE], NOW).path == "stays/60/admit"
    assert [said.get("patient") for _path, _key, said in asked] == [None, 9, None]
    assert asked[2][2]["stay"] == 60
