"""Printing the board: who may, what is written of it, and what the address cannot mean."""

from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from amh.core.models import AccessKind, AccessTrace
from amh.core.roles import ROLES, Permission, Role
from tests.board.browsing import browse, text
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import present
from wards.models import Unit

pytestmark = pytest.mark.django_db

URL = "/lits/impression/"


@pytest.fixture
def two_units():
    """A patient in a bed of each of two units."""
    here, there = a_bed(a_unit("MED", name="Médecine"), "201", "F"), a_bed(a_unit("ONC"), "301", "P")
    present(here, patient=a_patient("Durand"))
    present(there, patient=a_patient("Martin"))
    return here, there


def paper(user, **asked) -> str:
    """What a person is given who asks for this."""
    response = browse(user).get(URL, asked)
    assert response.status_code == 200, text(response)
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_the_printed_board_stands_at_its_address():
    assert reverse("board:print") == URL


def test_nobody_prints_without_a_log_in():
    response = Client().get(URL)
    assert (response.status_code, response.url) == (302, "/connexion/?next=/lits/impression/")


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_board_prints_it_and_a_wall_or_an_interface_does_not(two_units, role):
    response = browse(a_user(role)).get(URL)
    assert response.status_code == (200 if Permission.VIEW_BOARD in ROLES[role] else 403)
    if response.status_code == 403:
        assert AccessTrace.objects.count() == 0


@pytest.mark.parametrize("form", ["hopital", "unite", "poche"])
def test_names_are_those_of_the_units_where_one_works(two_units, form):
    here, there = two_units
    amh, stranger = a_user(Role.AMH, here.room.unit), a_user(Role.AMH, there.room.unit)
    assert "DURAND Anne" in paper(amh, format=form, unite="MED")
    assert "DURAND" not in paper(stranger, format=form, unite="MED")
    assert "DURAND" not in paper(a_user(Role.HOUSEKEEPING, here.room.unit), format=form, unite="MED")


def test_the_paper_says_by_whom_and_in_what_trade_it_was_printed(two_units):
    user = a_user(Role.BED_MANAGER)
    user.first_name, user.last_name = "Nina", "BESSON"
    user.save()
    assert "Imprimé par Nina BESSON, gestionnaire des lits le 21/11/2026 14:32" in paper(user)


def test_a_paper_speaks_the_language_of_its_reader(two_units):
    response = browse(a_user(Role.BED_MANAGER)).get(URL, headers={"Accept-Language": "en"})
    assert PdfReader(BytesIO(response.content)).trailer["/Root"]["/Lang"] == "en"


def test_the_file_opens_in_the_browser_is_kept_nowhere_and_names_no_patient(two_units):
    response = browse(a_user(Role.BED_MANAGER)).get(URL, {"format": "unite", "unite": "MED"})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="plan-des-lits-MED-2026-11-21-1432.pdf"'
    assert response["Cache-Control"] == "no-store"


def test_printing_is_traced_once_with_how_many_are_named(two_units):
    here, _there = two_units
    amh = a_user(Role.AMH, here.room.unit)
    paper(amh)
    paper(amh, format="poche", unite="MED", a="2026-11-21T14:00")
    paper(amh, format="unite", unite="ONC")
    whole, pocket, other = AccessTrace.objects.order_by("pk")
    assert (whole.page, whole.kind, whole.by, whole.at) == ("board.print", AccessKind.PRINT, amh, NOW)
    assert (whole.count, whole.unit_id, whole.patient_id, whole.ip) == (1, None, None, "127.0.0.1")
    assert whole.params == {"format": "hopital"}
    assert (pocket.count, pocket.unit_id) == (1, here.room.unit_id)
    assert pocket.params == {"format": "poche", "moment": "2026-11-21T13:00:00+00:00"}
    assert (other.count, other.kind) == (0, AccessKind.PRINT)


def test_the_board_is_printed_as_it_was_and_as_it_is_planned():
    bed = a_bed(a_unit("MED"), "201", "F")
    present(bed, patient=a_patient("Durand"), at=paris("2026-11-20 09:00"))
    user = a_user(Role.BED_MANAGER)
    before = paper(user, a="2026-11-20T08:59")
    assert ("DURAND" in before, "tel qu’il était ven. 20 nov. 08:59" in before) == (False, True)
    after = paper(user, a="2026-11-22T08:00", format="unite", unite="MED")
    assert ("DURAND" in after, "tel qu’il est prévu dim. 22 nov. 08:00" in after) == (True, True)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"format": "affiche"}, "Il n’y a pas de format d’impression « affiche »."),
        ({"format": "<script>"}, "Il n’y a pas de format d’impression « &lt;script&gt; »."),
        ({"format": "unite"}, "Indiquer l’unité à imprimer."),
        ({"format": "poche", "unite": "NULLE-PART"}, "Il n’y a pas d’unité « NULLE-PART »."),
        ({"format": "unite", "unite": "MED\x00"}, "Il n’y a pas d’unité"),
        ({"format": "unite", "unite": "FUTUR"}, "Il n’y a pas d’unité « FUTUR »."),
        ({"a": "hier"}, "Indiquer une date et une heure, par exemple 2026-11-21T14:00."),
        ({"a": "9999-12-31T23:59"}, "Indiquer une date et une heure"),
    ],
)
def test_what_the_address_cannot_mean_is_said_and_nothing_is_traced(two_units, asked, says):
    Unit.objects.create(code="FUTUR", name="Futur", valid_from=paris("2027-01-01 00:00"))
    response = browse(a_user(Role.BED_MANAGER)).get(URL, asked)
    assert response.status_code == 422
    assert says in text(response)
    assert AccessTrace.objects.count() == 0


def test_a_paper_costs_the_same_queries_for_one_patient_and_for_thirty():
    user, queries = a_user(Role.AMH, unit := a_unit("MED")), []
    free = beds(unit, 30)
    paper(user)
    for lying in (free[:1], free[1:]):
        for bed in lying:
            present(bed)
        for form in ("hopital", "unite", "poche"):
            client = browse(user)
            with counted(queries):
                assert client.get(URL, {"format": form, "unite": "MED"}).status_code == 200
    assert len(set(queries)) == 1
    assert queries[0] <= 10


def links(**context) -> list[str]:
    """The papers that the menu of the board offers."""
    menu = render_to_string("board/papers/menu.html", context)
    return [part.split('"')[0].replace("&amp;", "&") for part in menu.split('href="')[1:] if part.startswith(URL)]


def test_the_menu_offers_the_hospital_and_the_unit_that_is_shown_at_its_moment(two_units):
    assert links() == [f"{URL}?format=hopital"]
    found = links(unit="MED", moment_value="2026-11-22T08:00")
    at = "&a=2026-11-22T08%3A00"
    assert found == [f"{URL}?format=hopital{at}", *(f"{URL}?format={one}&unite=MED{at}" for one in ("unite", "poche"))]
    client = browse(a_user(Role.BED_MANAGER))
    assert [client.get(link).status_code for link in found] == [200, 200, 200]


def test_a_code_in_the_menu_stays_a_code():
    (_hospital, unit, _pocket) = links(unit='A&B" onclick=x é')
    assert unit == f"{URL}?format=unite&unite=A%26B%22%20onclick%3Dx%20%C3%A9"
