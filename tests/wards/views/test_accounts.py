"""The pages on which an administrator makes, changes and closes accounts."""

import pytest
from django.test import Client

from amh.core.models import Session, User
from amh.core.roles import Role
from tests.expectations import counted
from tests.factories.logins import PASSWORD, a_login, a_session, browser_of
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards.models import Membership

pytestmark = pytest.mark.django_db

URL = "/admin/comptes/"
HTMX = {"HX-Request": "true"}
NEW = {"role": "nurse", "last_name": "Martin", "first_name": "Anne", "username": "a.martin", "password": PASSWORD}


@pytest.fixture
def admin() -> User:
    return a_user(Role.ADMINISTRATOR)


@pytest.fixture
def client(admin) -> Client:
    return browser_of(admin)


def listed(client: Client, **filters: str) -> str:
    response = client.get(URL, filters)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, address: str, sent: dict[str, object] | None = None):
    return client.post(f"{URL}{address}", sent or {}, headers=HTMX)


def named(name: str, role: Role = Role.NURSE, *units, **fields: object) -> User:
    user = a_user(role, *units)
    User.objects.filter(pk=user.pk).update(last_name=name, **fields)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("words", ["lefevre", "LEFÈVRE", "camille lef", "lef camille", "  lefèvre  "])
def test_a_name_is_found_however_it_is_typed(client, words) -> None:
    named("Lefèvre", first_name="Camille")
    named("Lefort", first_name="Denise")
    page = listed(client, q=words)
    assert "Camille Lefèvre" in page
    assert "Denise Lefort" not in page
    assert "1 compte<" in page


def test_closed_accounts_are_aside(client) -> None:
    named("Partie", is_active=False)
    assert "Partie" not in listed(client)
    assert "Partie" in listed(client, etat="fermes")
    assert "Partie" in listed(client, etat="tous")
    assert "Partie" not in listed(client, etat="n’importe quoi")


def test_a_role_can_be_asked_for(client) -> None:
    named("Weber", Role.PHYSICIST)
    assert "Weber" in listed(client, role="physicist")
    assert "Aucun compte ne correspond." in listed(client, role="porter")
    assert "Aucun compte ne correspond." in listed(client, role="cuisine")


@pytest.mark.parametrize("words", ["%", "_", "<script>alert(1)</script>", "x" * 2000, "'; --"])
def test_hostile_words_find_nobody_and_are_inert(client, words) -> None:
    page = listed(client, q=words)
    assert "<script>alert" not in page


def test_the_list_costs_the_same_for_one_and_for_thirty(client) -> None:
    queries: list[int] = []
    for more in (1, 30):
        for _ in range(more):
            a_user(Role.NURSE, a_unit())
        with counted(queries):
            listed(client)
    assert queries[0] == queries[1]


def test_an_account_is_made_with_its_units(client) -> None:
    units = [a_unit("MED", name="Médecine"), a_unit("HEM", name="Hématologie")]
    answer = send(client, "creer/", NEW | {"units": ["MED", "HEM"]})
    user = User.objects.get(username="a.martin")
    assert answer["HX-Redirect"] == f"{URL}{user.pk}/"
    assert user.check_password(PASSWORD)
    assert {one.unit for one in user.memberships.all()} == set(units)
    page = client.get(answer["HX-Redirect"]).content.decode()
    for words in ("Anne Martin", "Médecine", "Hématologie", "Infirmière", "encore jamais"):
        assert words in page


def test_sent_twice_it_is_made_once(client) -> None:
    assert send(client, "creer/", NEW).status_code == 200
    again = send(client, "creer/", NEW)
    assert again.status_code == 409
    assert "déjà celui d’un autre compte" in again.content.decode()


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"username": "a martin"}, "Identifiant : "),
        ({"username": ""}, "obligatoire"),
        ({"password": "court"}, "12 caractères"),
        ({"password": ""}, "Il faut un mot de passe"),
        ({"role": "interface"}, "Une interface n’a pas de mot de passe"),
        ({"role": ""}, "obligatoire"),
        ({"email": "martin"}, "adresse"),
        ({"units": ["RIEN"]}, "RIEN"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(client, choices, sentence) -> None:
    answer = send(client, "creer/", NEW | choices)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert User.objects.count() == 1


def test_a_unit_that_has_gone_undoes_the_whole(client) -> None:
    unit = a_unit("MED")
    a_user(Role.NURSE, unit)
    Membership.objects.update(valid_until=None)
    unit.delete()
    assert send(client, "creer/", NEW | {"units": ["MED"]}).status_code == 422
    assert not User.objects.filter(username="a.martin").exists()


def test_a_change_keeps_what_is_left_as_it_was(client) -> None:
    user = named("Martin", first_name="Anne", email="a@example.org")
    form = client.get(f"{URL}{user.pk}/modifier/", headers=HTMX).content.decode()
    for value in ("Martin", "Anne", "a@example.org"):
        assert f'value="{value}"' in form
    assert 'value="interface"' not in form
    sent = {"role": "amh", "last_name": "Durand", "first_name": "Anne", "email": "a@example.org"}
    assert send(client, f"{user.pk}/modifier/", sent).status_code == 200
    user.refresh_from_db()
    assert (user.role, user.last_name) == ("amh", "Durand")


def test_closing_says_first_what_ends(client) -> None:
    user = a_login(Role.NURSE)
    a_session(user)
    form = client.get(f"{URL}{user.pk}/fermer/", headers=HTMX).content.decode()
    assert "ses sessions et ses jetons sont terminés" in form
    assert send(client, f"{user.pk}/fermer/")["HX-Redirect"] == f"{URL}{user.pk}/"
    assert not Session.objects.filter(user=user).exists()
    page = client.get(f"{URL}{user.pk}/").content.decode()
    assert "Ce compte est fermé" in page
    assert "Rouvrir le compte" in page
    assert send(client, f"{user.pk}/fermer/").status_code == 409
    assert send(client, f"{user.pk}/rouvrir/").status_code == 200
    assert send(client, f"{user.pk}/rouvrir/").status_code == 409


def test_nobody_closes_themselves(client, admin) -> None:
    answer = send(client, f"{admin.pk}/fermer/")
    assert answer.status_code == 409
    assert "On ne ferme pas son propre compte" in answer.content.decode()
    assert User.objects.get(pk=admin.pk).is_active


def test_a_new_password_ends_sessions(client) -> None:
    user = a_login(Role.NURSE)
    theirs = browser_of(user)
    assert send(client, f"{user.pk}/mot-de-passe/", {"password": "court"}).status_code == 422
    assert send(client, f"{user.pk}/mot-de-passe/", {"password": "quatre-tables-rouges"}).status_code == 200
    assert theirs.get("/lits/").url.startswith("/connexion/")


def test_a_person_joins_and_leaves_units(client) -> None:
    user, unit = a_user(Role.NURSE), a_unit("MED", name="Médecine")
    assert send(client, f"{user.pk}/unites/", {"units": ["MED"]}).status_code == 200
    (membership,) = user.memberships.all()
    assert "Médecine" not in client.get(f"{URL}{user.pk}/unites/", headers=HTMX).content.decode()
    assert send(client, f"{user.pk}/unites/", {}).status_code == 422
    assert send(client, f"unites/{membership.pk}/quitter/").status_code == 200
    membership.refresh_from_db()
    assert (membership.unit, membership.valid_until is None) == (unit, False)
    assert send(client, f"unites/{membership.pk}/quitter/").status_code == 409


def test_who_is_not_there_is_not_found(client) -> None:
    for address in ("999999/", "999999/modifier/", "999999/fermer/", "999999/jetons/"):
        assert client.get(f"{URL}{address}").status_code == 404


def test_a_name_that_is_a_script_is_inert(client) -> None:
    user = named("<script>alert(1)</script>")
    for address in ("", f"{user.pk}/", f"{user.pk}/modifier/", f"{user.pk}/fermer/"):
        assert "<script>alert" not in client.get(f"{URL}{address}").content.decode()
