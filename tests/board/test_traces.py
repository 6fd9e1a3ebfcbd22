"""What is written of the names that the board and its dialogs show (SEC-4): each list once, with how many it named."""

import pytest
from django.urls import reverse

from amh.core.models import AccessTrace
from amh.core.roles import Role
from tests.board.browsing import board, browse, text
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    """Two patients in beds, one who waits for one, one who is expected, and one of whom nobody reads the name."""
    unit = a_unit("MED")
    for label, who in (("F", "Durand"), ("P", "Martin")):
        present(a_bed(unit, "201", label), patient=a_patient(who))
    present(unit, patient=a_patient("Petit"))
    expected(unit, patient=a_patient("Robert"), expected_at=NOW)
    expected(unit, patient=a_patient("Secret", protected=True), expected_at=NOW)
    return unit


@pytest.fixture
def amh(unit):
    return a_user(Role.AMH, unit)


def traced():
    return [(trace.page, trace.count) for trace in AccessTrace.objects.filter(patient_id=None).order_by("pk")]


@pytest.mark.parametrize("name", ["place", "reserve"])
def test_the_patients_offered_for_a_bed_are_traced_once(unit, amh, name):
    free = a_bed(unit, "202", "F")
    url = reverse(f"board:{name}", args=[free.pk])
    assert "PETIT Anne · 12/03/1958" in text(browse(amh).get(url))
    assert traced() == [("stays.waiting", 2)]
    assert browse(amh).post(url, {}).status_code == 422
    assert traced() == [("stays.waiting", 2)] * 2


def test_a_bed_that_is_given_shows_nobody_else(unit, amh):
    free, stay = a_bed(unit, "202", "F"), expected(unit, patient=a_patient("Blanc"))
    typed = {"stay": stay.pk, "effective_at": "2026-11-21T14:32"}
    assert browse(amh).post(reverse("board:place", args=[free.pk]), typed).status_code == 302
    assert traced() == []


def test_the_patients_with_whom_a_bed_is_exchanged_are_traced_once(unit, amh):
    stay = present(a_bed(unit, "202", "F"), patient=a_patient("Blanc"))
    present(a_bed(a_unit("ONC"), "301", "F"), patient=a_patient("Ailleurs"))
    page = text(browse(amh).get(reverse("board:swap", args=[stay.pk])))
    assert "DURAND Anne" in page
    assert "AILLEURS" not in page
    assert traced() == [("stays.exchange", 2)]


def test_the_board_counts_whom_it_names_in_beds_and_at_the_head_of_units(unit, amh):
    assert "ROBERT Anne" in board(amh)
    assert "PETIT Anne" in board(amh, etat="libre"), "the head of a unit stays whatever the state"
    board(a_user(Role.AMH, a_unit("ONC")))
    board(amh, mode="mural")
    assert traced() == [("board", 4), ("board", 2), ("board", 0), ("board", 0)]


def test_the_board_counts_what_a_search_found(unit, amh):
    a_bed(other := a_unit("ONC"), "301", "F")
    present(a_bed(other, "302", "F"), patient=a_patient("Durand"))
    board(a_user(Role.BED_MANAGER), q="302")
    assert traced() == [("board", 1)]


def test_the_board_says_by_what_it_was_chosen_never_the_words(amh):
    board(amh, q="Durand", etat="occupe", a="2026-11-20T10:00")
    trace = AccessTrace.objects.get()
    assert trace.params == {"filters": ["etat", "q"], "moment": "2026-11-20T10:00:00+01:00"}
