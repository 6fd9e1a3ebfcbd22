"""A board without a browser holds what the real page shows, and changes as its scripts change it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from amh.demo.soak.nights import plans
from amh.demo.soak.nights.boards import Bed, Board, Frame, NoBoard, frames
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db
PLACES = sorted({address for _name, _language, address in (*plans.VIEWS, *plans.SEEN, plans.SLEEPER)})


@pytest.fixture
def ward():
    """Two beds, the first of them taken, in MED; one in HEM."""
    unit, other = a_unit("MED", position=1), a_unit("HEM", position=2)
    beds = [a_bed(unit, "201", "F"), a_bed(unit, "201", "P"), a_bed(other, "301", "1")]
    return beds, present(beds[0], patient=a_patient("Durand"), at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def page(client, ward):
    client.force_login(a_user(Role.BED_MANAGER))
    return lambda address=plans.WHOLE: client.get(address).content.decode()


@pytest.mark.parametrize("address", PLACES)
def test_every_card_every_empty_place_and_every_head_is_found(page, address):
    html = page(address)
    board = Board.read(html)
    assert len(board.parts) == html.count(' id="lit-') + html.count(' id="unite-') > 0
    assert all(part.count('id="lit-') + part.count('id="unite-') == 1 for part in board.parts.values())
    assert board.live == ("/live/lits?mode=mural" if address == plans.WALL else "/live/lits")
    assert board.position.isdecimal()
    assert timezone.now() - board.at < timedelta(minutes=1)


def test_beds_say_what_their_cards_say(page, ward):
    (taken, free, _other), stay = ward
    beds = Board.read(page()).beds()
    assert beds[free.pk] == Bed(free.pk, free.room.unit_id, "free", 0, "")
    assert (beds[taken.pk].state, beds[taken.pk].stay) == ("occupied", stay.pk)
    assert taken.pk not in Board.read(page("/lits/?etat=libre")).beds()


def test_another_page_is_no_board(client):
    with pytest.raises(NoBoard):
        Board.read(client.get("/connexion/").content.decode())


def test_a_part_takes_the_place_of_its_twin_and_of_nothing_else(page, ward):
    board = Board.read(page("/lits/?unite=MED"))
    name, before = f"lit-{ward[0][1].pk}", board.position
    board.take(Frame("card", f'<article id="{name}" class="card">\n  new</article>'))
    board.take(Frame("card", f'<article id="lit-{ward[0][2].pk}">of another unit</article>'))
    assert board.parts[name] == f'<article id="{name}" class="card"> new</article>'
    assert f"lit-{ward[0][2].pk}" not in board.parts
    assert board.position == before


def test_a_beat_tells_how_old_it_is_and_where_to_come_back_to(page):
    board = Board.read(page())
    held = board.copy()
    board.take(Frame("beat", json.dumps({"at": "2026-11-22T03:00:00+00:00", "position": 812}), "812"))
    assert (board.at.isoformat(), board.position) == ("2026-11-22T03:00:00+00:00", "812")
    assert (held.at, held.position) != (board.at, board.position)
    assert held.parts == board.parts


def test_what_is_not_as_on_a_page_opened_anew_is_named(page, ward):
    whole, held = Board.read(page()), Board.read(page())
    assert held.differences(whole, whole) == set()
    name = f"lit-{ward[0][0].pk}"
    held.parts[name] = held.parts[name].replace("occupied", "free")
    assert held.differences(whole, whole) == {name}
    del held.parts[name]
    assert held.differences(whole, whole) == {name}


def test_a_card_that_left_its_filter_must_be_that_of_the_whole_page(page, ward):
    free, whole = Board.read(page("/lits/?etat=libre")), Board.read(page())
    held, name = free.copy(), f"lit-{ward[0][0].pk}"
    assert free.parts[name].startswith("<i ")
    held.parts[name] = whole.parts[name]
    assert held.differences(free, whole) == set()
    held.parts[name] += " old"
    assert held.differences(free, whole) == {name}
    shown = f"lit-{ward[0][1].pk}"
    held.parts |= {name: whole.parts[name], shown: f'<i id="{shown}" hidden></i>'}
    assert held.differences(free, whole) == {shown}


def test_the_events_of_a_stream_come_one_by_one():
    lines = b"retry: 2000\n\nevent: card\ndata: <b>\ndata: 1</b>\n\nevent: beat\nid: 7\ndata: {}\n\nevent: card\n"
    assert list(frames(lines.splitlines(keepends=True))) == [Frame("card", "<b>\n1</b>"), Frame("beat", "{}", "7")]
