"""The page of the board: who sees which names, what the address filters, and what is written of the reading."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from amh.board.acts import LETTERS
from amh.core.actions import parameters
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, reservations, stays
from patients.models import Certainty, Stay
from tests.board.browsing import board, browse, card, shown, text
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from tests.factories.staffs import a_duty
from wards.models import ClosureKind, ClosureReason, Unit
from wards.queries.hospitals import hospital

pytestmark = pytest.mark.django_db
URL = "/lits/"


@pytest.fixture
def two_units():
    """A patient in a bed of each of two units."""
    here, there = a_bed(a_unit("MED"), "201", "F"), a_bed(a_unit("ONC"), "301", "P")
    present(here, patient=a_patient("Durand"))
    present(there, patient=a_patient("Martin"))
    return here, there


def test_the_board_stands_at_its_address():
    assert reverse("board:list") == URL


def test_nobody_looks_without_a_log_in():
    response = Client().get(URL)
    assert (response.status_code, response.url) == (302, "/connexion/?next=/lits/")
    assert Client().get(URL, headers={"HX-Request": "true"}).status_code == 401


def test_an_amh_sees_the_names_of_the_units_where_she_works(two_units):
    here, there = two_units
    page = board(a_user(Role.AMH, here.room.unit))
    assert "DURAND Anne" in card(page, here)
    assert "MARTIN" not in page
    assert 'data-state="occupied"' in card(page, there)
    assert "Patient" in card(page, there)


def test_a_bed_manager_sees_every_name(two_units):
    page = board(a_user(Role.BED_MANAGER))
    assert ["DURAND" in page, "MARTIN" in page] == [True, True]


@pytest.mark.parametrize("role", [Role.HOUSEKEEPING, Role.DPO, Role.ADMINISTRATOR])
def test_who_needs_no_name_sees_none(two_units, role):
    here, _there = two_units
    page = board(a_user(role, here.room.unit))
    assert ["DURAND" in page, "MARTIN" in page, "/1958" in page] == [False, False, False]


def test_an_interface_does_not_look_at_the_board(two_units):
    response = browse(a_user(Role.INTERFACE)).get(URL)
    assert response.status_code == 403
    assert "DURAND" not in text(response)


def test_a_protected_patient_is_masked_for_everybody():
    bed = a_bed(a_unit())
    present(bed, patient=a_patient("Secret", protected=True))
    present(bed.room.unit, patient=a_patient("Cache", protected=True))
    for user in (a_user(Role.BED_MANAGER), a_user(Role.AMH, bed.room.unit)):
        page = board(user)
        assert ["SECRET" in page, "CACHE" in page, "/1958" in page] == [False, False, False]
        assert shown(board(user, q="secret")) == set()


@pytest.mark.parametrize("role", [Role.BED_MANAGER, Role.WALL])
def test_a_wall_screen_shows_no_name_and_leads_nowhere(two_units, role):
    here, _there = two_units
    present(here.room.unit, patient=a_patient("Sanslit"))
    page = board(a_user(role), mode="mural")
    assert [name for name in ("DURAND", "MARTIN", "SANSLIT") if name in page] == []
    assert "<b>1</b> sans lit" in page
    screen = page.split("<header")[1].split("</main>")[0]
    assert [tag for tag in ("<form", "<details", "hx-get") if tag in screen] == []
    assert screen.count("<a ") == (role != Role.WALL), "a person may leave, a screen goes nowhere"
    assert "/live/lits?mode=mural" in page


def test_a_wall_screen_calls_units_by_their_code(two_units):
    """A name may tell an illness: « Soins palliatifs », « Curiethérapie »."""
    here, _there = two_units
    Unit.objects.filter(pk=here.room.unit_id).update(name="Soins palliatifs")
    page = board(a_user(Role.WALL), mode="mural")
    assert ("Soins palliatifs" in page, "<h2>MED</h2>" in page, 'aria-label="MED"' in page) == (False, True, True)
    assert "Soins palliatifs" in board(a_user(Role.HOUSEKEEPING))


def test_a_wall_screen_bears_the_title_that_the_site_gave_it(two_units):
    parameters.change(key="wall_title", value={"fr": "Tour Est", "en": "East tower"}, by=None, at=NOW)
    assert "<h1>Tour Est</h1>" in board(a_user(Role.WALL), mode="mural")


def test_the_account_of_a_wall_opens_the_wall_alone(two_units):
    here, _there = two_units
    wall = browse(a_user(Role.WALL))
    response = wall.get(URL, {"unite": "MED"})
    assert (response.status_code, response.url) == (302, "/lits/?unite=MED&mode=mural")
    assert shown(wall.get(response.url).content.decode()) == {here.pk}
    assert wall.get(reverse("board:menu", args=[here.pk])).status_code == 403


def test_a_unit_is_shown_alone(two_units):
    here, there = two_units
    assert shown(board(a_user(Role.BED_MANAGER), unite="MED")) == {here.pk}
    assert shown(board(a_user(Role.BED_MANAGER))) == {here.pk, there.pk}


@pytest.fixture
def seven_beds():
    """One bed in each state."""
    unit = a_unit()
    states = ("free", "reserved", "occupied", "leaving", "cleaning", "closed", "blocked")
    found = dict(zip(states, beds(unit, 7), strict=True))
    reservations.reserve(stay=expected(unit), bed=found["reserved"], expected_at=paris("16:00"), by=None, at=NOW)
    present(found["occupied"])
    leaving = present(found["leaving"])
    expected_discharges.expect(stay=leaving, expected_at=paris("17:00"), certainty=Certainty.CERTAIN, by=None, at=NOW)
    stays.discharge(stay=present(found["cleaning"]), by=None, at=NOW)
    for state, kind in (("closed", ClosureKind.CLOSED), ("blocked", ClosureKind.BLOCKED)):
        bed_actions.close(bed=found[state], kind=kind, reason=ClosureReason.WORKS, by=None, at=NOW)
    return found


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("libre", "free"),
        ("reserve", "reserved"),
        ("occupe", "occupied"),
        ("sortant", "leaving"),
        ("a-nettoyer", "cleaning"),
        ("ferme", "closed"),
        ("neutralise", "blocked"),
    ],
)
def test_a_state_is_asked_for_in_both_languages(seven_beds, french, english):
    user = a_user(Role.BED_MANAGER)
    for word in (french, english):
        page = board(user, etat=word)
        assert shown(page) == {seven_beds[english].pk}
        assert f'data-state="{english}"' in card(page, seven_beds[english])
        assert page.count('<i id="lit-') == 6


def test_the_counts_are_those_of_the_beds(seven_beds):
    page = board(a_user(Role.BED_MANAGER))
    counts = dict(re.findall(r'<b data-count="(\w+)">(\d+)</b>', page))
    assert {counts[state] for state in seven_beds} == {"1"}


def test_a_search_finds_beds_by_place_name_and_birth_date(two_units):
    here, there = two_units
    manager, amh = a_user(Role.BED_MANAGER), a_user(Role.AMH, here.room.unit)
    assert shown(board(manager, q="durand anne")) == {here.pk}
    assert shown(board(manager, q="12/03/1958")) == {here.pk, there.pk}
    assert shown(board(manager, q="ONC-301-P")) == {there.pk}
    assert shown(board(amh, q="301")) == {there.pk}
    assert shown(board(amh, q="martin")) == set()


def test_a_name_is_found_whatever_its_accents():
    bed = a_bed(a_unit())
    present(bed, patient=a_patient("Lœwÿ-Élie"))
    for words in ("loewy", "LŒWY élie", "elie"):
        assert shown(board(a_user(Role.BED_MANAGER), q=words)) == {bed.pk}


def test_the_board_can_be_asked_for_the_past_and_the_future():
    bed = a_bed(a_unit())
    stay = present(bed, patient=a_patient("Durand"), at=paris("2026-11-20 09:00"))
    expected_discharges.expect(
        stay=stay, expected_at=paris("2026-11-22 10:00"), certainty=Certainty.CERTAIN, by=None, at=NOW
    )
    user = a_user(Role.BED_MANAGER)
    for at, state in (("2026-11-20T08:59", "free"), ("2026-11-20T09:00", "occupied"), ("2026-11-22T08:00", "leaving")):
        page = board(user, a=at)
        assert f'data-state="{state}"' in card(page, bed)
        assert "/live/lits" not in page
    assert "/live/lits" in board(user)


@pytest.mark.parametrize("moment", ["2026-11-21T13:00", "2026-11-21T13:00:00", "2026-11-21T12:00Z", "2026-11-21 13:00"])
def test_a_moment_is_read_on_the_site_s_clock_unless_it_says_its_zone(moment):
    bed = a_bed(a_unit())
    present(bed, at=paris("13:00"))
    assert 'data-state="occupied"' in card(board(a_user(Role.BED_MANAGER), a=moment), bed)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"etat": "occupation"}, "Il n’y a pas d’état de lit « occupation »."),
        ({"a": "hier"}, "Indiquer une date et une heure, par exemple 2026-11-21T14:00."),
        ({"a": "2026-02-30T10:00"}, "Indiquer une date et une heure"),
        ({"a": "9999-12-31T23:59"}, "Indiquer une date et une heure"),
        ({"a": "0001-01-01T00:00+14:00"}, "Indiquer une date et une heure"),
        ({"unite": "NULLE-PART"}, "Il n’y a pas d’unité « NULLE-PART »."),
        ({"unite": "MED\x00"}, "Il n’y a pas d’unité"),
    ],
)
def test_what_the_address_cannot_mean_is_said(two_units, filters, says):
    response = browse(a_user(Role.BED_MANAGER)).get(URL, filters)
    assert response.status_code == 422
    assert says in text(response)


def test_the_reading_is_written_once_with_its_count_and_never_what_was_searched(two_units):
    here, _there = two_units
    user = a_user(Role.AMH, here.room.unit)
    board(user)
    board(user, q="Durand", unite="MED")
    board(user, q="Martin")
    first, second, third = AccessTrace.objects.order_by("pk")
    assert (first.page, first.by, first.role, first.at, first.ip) == ("board", user, Role.AMH, NOW, "127.0.0.1")
    assert (first.count, first.params, first.patient_id, first.unit_id) == (1, {"filters": []}, None, None)
    assert (second.count, second.params, second.unit_id) == (1, {"filters": ["q", "unite"]}, here.room.unit_id)
    assert third.count == 0


def test_a_page_costs_the_same_at_thirty_and_at_three_hundred_beds():
    user, queries = a_user(Role.AMH, unit := a_unit()), []
    for occupied, empty in ((10, 20), (20, 250)):
        for bed in beds(unit, occupied):
            present(bed)
        beds(unit, empty)
        client = browse(user)
        hospital()
        with counted(queries):
            assert client.get(URL).status_code == 200
    assert queries[0] == queries[1] <= 9


def test_the_board_speaks_english_too():
    response = browse(a_user(Role.BED_MANAGER)).get(URL, headers={"Accept-Language": "en"})
    assert '<html lang="en"' in text(response)


def test_a_patient_whose_exit_is_past_is_marked():
    bed = a_bed(a_unit())
    stay = present(bed)
    expected_discharges.expect(
        stay=stay, expected_at=NOW - timedelta(minutes=1), certainty=Certainty.CERTAIN, by=None, at=NOW
    )
    assert "overdue" in card(board(a_user(Role.BED_MANAGER)), bed)


def test_two_of_one_name_in_a_unit_are_marked():
    unit = a_unit()
    first, second, third = beds(unit, 3)
    present(first, patient=a_patient("Lévy"))
    present(second, patient=a_patient("LEVY"))
    present(third, patient=a_patient("Durand"))
    page = board(a_user(Role.BED_MANAGER))
    assert ["homonyme" in card(page, bed) for bed in (first, second, third)] == [True, True, False]


def test_a_patient_lodged_elsewhere_says_whose():
    home, bed = a_unit(name="Hématologie"), a_bed(a_unit())
    stay = expected(home)
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    assert "hébergé · Hématologie" in card(board(a_user(Role.BED_MANAGER)), bed)


def test_nobody_is_late_at_a_moment_to_come():
    bed = a_bed(a_unit())
    now = timezone.now()
    stay = present(bed, at=now - timedelta(hours=2))
    expected_discharges.expect(
        stay=stay, expected_at=now + timedelta(hours=1), certainty=Certainty.CERTAIN, by=None, at=now
    )
    tomorrow = timezone.localtime(now + timedelta(days=1))
    planned = card(board(a_user(Role.BED_MANAGER), a=f"{tomorrow:%Y-%m-%dT%H:%M}"), bed)
    assert 'data-state="leaving"' in planned
    assert "overdue" not in planned


def test_the_help_says_every_key_of_the_board_and_follows_the_rights_of_the_person():
    porter = a_user(Role.PORTER)
    page = board(porter)
    assert [letter for letter in LETTERS if f"<kbd>{letter}</kbd>" not in page] == []
    assert f'data-keys="{LETTERS}"' in page
    assert "trouver un patient" not in page
    a_duty(porter)
    assert "trouver un patient" in board(porter)


def test_a_dialog_as_a_page_names_nobody_in_its_tab(two_units):
    here, _there = two_units
    stay = Stay.objects.get(patient__birth_name="Durand")
    for address in (reverse("board:menu", args=[here.pk]), reverse("board:die", args=[stay.pk])):
        page = text(browse(a_user(Role.BED_MANAGER)).get(address))
        assert "<title>Plan des lits · AMH</title>" in page


def test_a_search_shows_no_numbers_of_other_beds_than_those_it_found(two_units):
    manager = a_user(Role.BED_MANAGER)
    whole, found = board(manager), board(manager, q="durand anne")
    counters = ['data-count="free"', 'data-count="tonight"']
    assert [[one in page for one in counters] for page in (whole, found)] == [[True, True], [False, False]]
    assert re.search(r'aria-current="true">\s*<span class="unit-name">Tout l’hôpital', whole)
    assert not re.search(r'aria-current="true">\s*<span class="unit-name">', found)
