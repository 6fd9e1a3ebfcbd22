"""The page of the wall screens, for whoever sets accounts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from amh.board.screens import lines
from amh.core.actions import accounts
from amh.core.roles import Role
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.screens import a_screen, installed
from wards.actions import screens
from wards.models import Screen, Theme

pytestmark = pytest.mark.django_db
URL = "/ecrans/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def admin():
    return browse(a_user(Role.ADMINISTRATOR))


def line(at=NOW):
    (found,) = lines(at=at)
    return found.seen, found.state, found.loud


def test_the_screens_stand_at_their_address_and_in_the_settings(admin):
    assert reverse("board:screens") == URL
    assert f'href="{URL}"' in text(admin.get(reverse("desk:settings")))


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_nobody_else_sets_screens(role):
    screen, client = a_screen(), browse(a_user(role))
    names = ("screen-change", "screen-code", "screen-revoke")
    addresses = [URL, f"{URL}creer/", *(reverse(f"board:{name}", args=[screen.pk]) for name in names)]
    assert {client.post(address).status_code for address in addresses} <= {403, 405}
    assert {client.get(address).status_code for address in addresses} == {403}
    assert Screen.objects.get().revoked_at is None


def test_a_screen_is_described_with_its_units(admin):
    med, _hem = a_unit("MED", name="Médecine"), a_unit("HEM")
    body = {"name": "Hall", "units": [med.pk], "theme": "dark", "page_seconds": "15"}
    response = admin.post(f"{URL}creer/", body, follow=True)
    assert "Écran décrit : Hall. Reste à l’installer." in text(response)
    screen = Screen.objects.get()
    assert (screen.theme, screen.page_seconds, list(screen.units.all())) == (Theme.DARK, 15, [med])
    assert "<td>Médecine</td>" in text(response)


def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(admin):
    a_screen(name="Hall")
    response = admin.post(f"{URL}creer/", {"name": "Hall", "theme": "dark", "page_seconds": "15"})
    assert response.status_code == 409
    assert "Un écran en service porte déjà ce nom." in text(response)
    assert 'value="Hall"' in text(response)
    response = admin.post(f"{URL}creer/", {"name": "Bloc", "theme": "auto", "page_seconds": "2"})
    assert response.status_code == 422
    assert "De 5 à 600 secondes." in text(response)
    assert admin.post(f"{URL}creer/", {}).status_code == 422


def test_a_screen_is_changed_and_keeps_a_unit_that_left_service(admin):
    gone = a_unit("OLD", name="Ancienne", valid_until=NOW - MINUTE)
    screen = a_screen(gone, name="Hall")
    address = reverse("board:screen-change", args=[screen.pk])
    assert "Ancienne (OLD)" in text(admin.get(address))
    body = {"name": "Cellule", "units": [gone.pk], "theme": "light", "page_seconds": "30"}
    assert "Écran modifié : Cellule." in text(admin.post(address, body, follow=True))
    screen.refresh_from_db()
    assert (screen.name, screen.theme, list(screen.units.all())) == ("Cellule", Theme.LIGHT, [gone])


def test_a_code_is_shown_once(admin):
    screen = a_screen(name="Hall")
    address = reverse("board:screen-code", args=[screen.pk])
    assert "Donner un code" in text(admin.get(address))
    assert Screen.objects.get().code_digest == ""
    response = admin.post(address, headers=HTMX)
    code = response.context["code"]
    assert f'value="{code}"' in text(response)
    assert "http://testserver/mural/" in text(response)
    assert "no-store" in response["Cache-Control"]
    assert code not in text(admin.get(URL))
    assert screens.install(code=code, at=NOW).screen == screen
    assert "L’écran déjà installé continue jusqu’à ce que le code serve" in text(admin.get(address))


def test_a_screen_is_withdrawn_once_it_was_read_what_ends(admin):
    screen = a_screen(name="Hall")
    address = reverse("board:screen-revoke", args=[screen.pk])
    assert "s’arrête dans la minute" in text(admin.get(address))
    assert Screen.objects.get().revoked_at is None
    page = text(admin.post(address, follow=True))
    assert "Écran retiré : Hall." in page
    assert reverse("board:screen-code", args=[screen.pk]) not in page
    assert admin.post(address).status_code == 409


def test_a_hostile_name_is_a_name(admin):
    a_screen(name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in admin.get(URL).content.decode()


def test_a_screen_is_said_to_be_installed_on_silent_or_withdrawn():
    screen = a_screen()
    assert line() == ("jamais installé", "à installer", False)
    screens.give_code(screen=screen, by=None, at=NOW)
    assert line() == ("jamais installé", "code donné, valable jusqu’à 15:02", False)
    installed(screen)
    assert line() == ("jamais vu", "éteint ou coupé du réseau", True)
    screens.note_seen(screen, at=NOW)
    assert line(NOW + 5 * MINUTE) == ("vu à 14:32", "en marche", False)
    assert line(NOW + 6 * MINUTE) == ("vu à 14:32", "éteint ou coupé du réseau", True)
    accounts.close(user=screen.account, by=None, at=NOW)
    assert line(NOW)[1] == "compte fermé"
    screens.revoke(screen=screen, by=None, at=NOW)
    assert line(NOW) == ("vu à 14:32", "retiré à 14:32", False)


def test_the_list_asks_as_much_for_many_screens(admin):
    made: list[int] = []
    for number in (1, 29):
        for _ in range(number):
            a_screen(a_unit())
        with counted(made):
            admin.get(URL)
    assert made[0] == made[1]
