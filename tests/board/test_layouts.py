"""How the same cards are laid out and which of them are shown: views, densities, marks."""

import re

import pytest

from amh.board.addresses import DENSITIES, MARKS, VIEWS, Density, Mark, Query, View
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.models import FlagKind, Stay
from tests.board.browsing import board, browse, card, shown
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_flag

pytestmark = pytest.mark.django_db
CARD = re.compile(r"<article .*?</article>", re.DOTALL)


@pytest.fixture
def pair():
    """An isolated patient of MED and one of ONC who is lodged in MED, in a double room."""
    unit = a_unit("MED", name="Médecine")
    first, second = a_bed(unit, "201", "F"), a_bed(unit, "201", "P")
    a_flag(present(first, patient=a_patient("Durand")).patient, FlagKind.DROPLET_PRECAUTIONS)
    Stay.objects.filter(pk=present(second, patient=a_patient("Martin")).pk).update(unit=a_unit("ONC"))
    return first, second


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("density", Density)
def test_every_view_shows_the_very_same_cards(pair, view, density):
    manager = a_user(Role.BED_MANAGER)
    page = board(manager, vue=view, densite=density, unite="MED")
    assert CARD.findall(page) == CARD.findall(board(manager, unite="MED"))
    assert f'data-view="{view}" data-density="{density}"' in page
    assert page.count('aria-current="true"') >= 2


def test_the_plan_names_its_rooms_and_the_other_views_do_not(pair):
    manager = a_user(Role.BED_MANAGER)
    assert '<div class="room" data-beds="2"><h3>201</h3><article' in board(manager, vue="plan")
    assert "<h3>201</h3>" not in board(manager)


def test_a_tablet_shows_one_unit_ones_own_first(pair):
    own = a_user(Role.NURSE, a_unit("ZED", name="Zed", position=999))
    assert shown(board(a_user(Role.BED_MANAGER), vue="tablette")) == {bed.pk for bed in pair}
    assert shown(board(own, vue="tablette")) == set()
    assert shown(board(own, vue="tablette", unite="MED")) == {bed.pk for bed in pair}


def test_a_tablet_that_chose_the_unit_itself_keeps_it_in_no_other_view(pair):
    chosen, asked = (board(a_user(Role.BED_MANAGER), vue="tablette", **words) for words in ({}, {"unite": "MED"}))
    assert ["unite=MED&amp;vue=liste" in page for page in (chosen, asked)] == [False, True]
    assert "?vue=liste" in chosen


@pytest.mark.parametrize(("mark", "index"), [(Mark.ISOLATED, 0), (Mark.HOSTED, 1)])
def test_a_mark_shows_those_who_bear_it_and_keeps_the_places_of_the_others(pair, mark, index):
    page = board(a_user(Role.BED_MANAGER), marque=mark)
    assert shown(page) == {pair[index].pk}
    assert f'<i id="lit-{pair[1 - index].pk}" hidden></i>' in page
    assert f'data-filter-mark="{mark}"' in page


def test_a_mark_finds_nobody_whom_the_reader_may_not_know(pair):
    stranger = a_user(Role.HOUSEKEEPING)
    assert shown(board(stranger, marque=Mark.HOSTED)) == set()
    assert shown(board(stranger, marque=Mark.ISOLATED)) == {pair[0].pk}
    assert "précautions gouttelettes" in card(board(stranger), pair[0])


def test_state_and_mark_are_asked_for_together(pair):
    manager = a_user(Role.BED_MANAGER)
    assert shown(board(manager, marque=Mark.ISOLATED, etat="occupe")) == {pair[0].pk}
    assert shown(board(manager, marque=Mark.ISOLATED, etat="libre")) == set()


def test_what_was_asked_for_is_traced_without_what_it_found(pair):
    board(a_user(Role.BED_MANAGER), marque=Mark.HOSTED)
    trace = AccessTrace.objects.get()
    assert (trace.count, trace.params) == (1, {"filters": ["marque"]})


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("vue", "Il n’y a pas de vue « néant »."),
        ("densite", "Il n’y a pas de densité « néant »."),
        ("marque", "Il n’y a pas de filtre « néant »."),
    ],
)
def test_a_word_that_is_none_is_said(name, sentence):
    answer = browse(a_user(Role.BED_MANAGER)).get("/lits/", {name: "néant"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_every_word_has_its_label():
    assert (set(VIEWS), set(DENSITIES), set(MARKS)) == (set(View), set(Density), set(Mark))


def test_an_address_keeps_what_it_does_not_change():
    query = Query(unit="MED", view=View.PLAN, density=Density.LARGE, mark=Mark.LEAVE)
    assert query.url() == "?unite=MED&marque=permission&vue=plan&densite=grande"
    assert query.url(marque=None, vue=None) == "?unite=MED&densite=grande"
    assert Query(at=NOW).url(vue=View.LIST) == "?a=2026-11-21T14%3A32&vue=liste"
