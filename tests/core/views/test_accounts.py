"""What each person sets for themselves, with their password."""

import pytest
from django.test import Client

from amh.core.actions import unlocks as keys
from amh.core.models import AuditEntry, Session, UnlockKey, UnlockKind
from amh.core.roles import Role
from amh.core.unlocks import opens
from tests.factories.clocks import NOW
from tests.factories.logins import PASSWORD, a_login, browser_of, row_of
from tests.factories.places import a_unit

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NEW = "quatre-tables-rouges"
PIN = {"current": PASSWORD, "pin": "4907", "again": "4907"}


@pytest.fixture
def user():
    return a_login(Role.NURSE, a_unit("MED", name="Médecine"))


@pytest.fixture
def client(user) -> Client:
    return browser_of(user)


def send(client: Client, address: str, **sent: str):
    return client.post(f"/compte/{address}/", sent, headers=HTMX)


def test_the_page_says_who_one_is_here(client, user) -> None:
    page = client.get("/compte/").content.decode()
    for words in (user.username, "Infirmière", "Médecine", "Code court", "Badge"):
        assert words in page


def test_the_page_shows_since_when_and_never_what(client, user) -> None:
    keys.set_badge(badge="0A:33:9F:12", by=user, at=NOW)
    page = client.get("/compte/").content.decode()
    assert "depuis le 21 novembre 2026" in page
    assert "0A:33" not in page
    assert UnlockKey.objects.get().secret not in page


@pytest.mark.parametrize("address", ["code", "badge", "mot-de-passe", "pin/supprimer", "badge/supprimer"])
def test_each_form_asks_for_the_password(client, address) -> None:
    assert 'autocomplete="current-password"' in client.get(f"/compte/{address}/", headers=HTMX).content.decode()
    answer = send(client, address, current="", pin="4907", again="4907", badge="0A:33:9F:12", password=NEW)
    assert answer.status_code == 422
    assert not UnlockKey.objects.exists()


def test_a_code_is_set_and_opens(client, user) -> None:
    assert send(client, "code", **PIN)["HX-Redirect"] == "/compte/"
    assert opens(user, "4907")
    assert "Code court enregistré." in client.get("/compte/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"again": "4908"}, "ne sont pas les mêmes"),
        ({"pin": "1234", "again": "1234"}, "se devine trop vite"),
        ({"pin": "49", "again": "49"}, "de 4 à 8 chiffres"),
        ({"pin": "", "again": ""}, "obligatoire"),
        ({"current": "wrong"}, "pas le mot de passe de ce compte. Encore 4 essais."),
    ],
)
def test_a_code_that_is_refused_is_said_beside_it(client, typed, sentence) -> None:
    answer = send(client, "code", **PIN | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "4907" not in answer.content.decode()
    assert not UnlockKey.objects.exists()


def test_guessing_the_password_of_an_open_screen_ends_its_session(client) -> None:
    answers = [send(client, "code", **PIN | {"current": f"guess {n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 403]
    assert "la session est terminée" in answers[-1].content.decode()
    assert not Session.objects.exists()
    assert AuditEntry.objects.filter(action="session.fail").count() == 5
    assert client.get("/lits/", headers=HTMX).status_code == 401


def test_a_badge_is_set_and_given_up(client, user) -> None:
    assert send(client, "badge", current=PASSWORD, badge="0A:33:9F:12").status_code == 200
    assert UnlockKey.objects.get().kind == UnlockKind.BADGE
    assert send(client, "badge/supprimer", current=PASSWORD)["HX-Redirect"] == "/compte/"
    assert not UnlockKey.objects.exists()
    again = send(client, "badge/supprimer", current=PASSWORD)
    assert again.status_code == 409
    assert "déjà supprimé" in again.content.decode()


def test_the_badge_of_a_colleague_is_refused_without_naming_them(client) -> None:
    other = a_login()
    keys.set_badge(badge="0A:33:9F:12", by=other, at=NOW)
    answer = send(client, "badge", current=PASSWORD, badge="0A:33:9F:12")
    assert answer.status_code == 409
    assert "d’une autre personne" in answer.content.decode()
    assert other.username not in answer.content.decode()


def test_another_kind_of_key_does_not_exist(client) -> None:
    assert send(client, "visage/supprimer", current=PASSWORD).status_code == 404


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, user) -> None:
    elsewhere = browser_of(user)
    assert send(client, "mot-de-passe", current=PASSWORD, password=NEW, again=NEW)["HX-Redirect"] == "/compte/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/compte/").status_code == 200
    assert elsewhere.get("/compte/", headers=HTMX).status_code == 401
    assert Session.objects.get() == row_of(client)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": "court", "again": "court"}, "12 caractères"),
        ({"password": "motdepasse123", "again": "motdepasse124"}, "ne sont pas les mêmes"),
        ({"password": "qwerty123456", "again": "qwerty123456"}, "trop courant"),
        ({"password": PASSWORD, "again": PASSWORD}, "déjà le mot de passe"),
        ({"current": "wrong"}, "pas le mot de passe de ce compte"),
    ],
)
def test_a_password_that_will_not_do_is_said_and_changes_nothing(client, user, typed, sentence) -> None:
    answer = send(client, "mot-de-passe", **{"current": PASSWORD, "password": NEW, "again": NEW} | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert client.get("/compte/").status_code == 200


def test_a_name_that_is_a_script_is_inert(client, user) -> None:
    user.last_name = "<script>alert(1)</script>"
    user.save()
    page = client.get("/compte/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
