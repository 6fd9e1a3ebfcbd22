"""A locked session gets no page, no part of one, no answer of the interface; its owner alone opens it again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.models import AuditEntry, Session
from amh.core.roles import Role
from tests.core.api import world
from tests.factories.logins import PASSWORD, a_login, browser_of, row_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    """The browser of a bed manager."""
    return browser_of(a_login())


@pytest.fixture
def locked(client: Client) -> Client:
    """The same, locked."""
    assert client.post("/verrou/fermer/", headers=HTMX).status_code == 204
    return client


def open_up(client: Client, secret: str, **sent: str):
    return client.post("/verrou/", {"secret": secret} | sent, headers=HTMX)


@pytest.mark.parametrize("address", ["/lits/?q=durand", "/compte/", "/interop/messages/", "/api/v1/docs/"])
def test_a_page_asks_for_the_owner_and_remembers_where_they_were(locked, address) -> None:
    answer = locked.get(address)
    assert answer.status_code == 302
    page = locked.get(answer.url)
    assert page.status_code == 200
    assert "Écran verrouillé" in page.content.decode()
    assert answer.wsgi_request.get_full_path() == address
    response = locked.post("/verrou/", {"secret": PASSWORD, "next": address})
    assert (response.status_code, response.url) == (302, address)


def test_a_part_of_a_page_is_locked_with_a_status_of_its_own(locked) -> None:
    answer = locked.get("/lits/1/menu/", headers=HTMX)
    assert (answer.status_code, answer.content) == (423, b"")


def test_an_act_sent_from_a_locked_page_is_not_done(locked) -> None:
    bed = world.bed(world.unit())
    answer = locked.post(f"/lits/{bed.pk}/fermer/", {"reason": "works"})
    assert (answer.status_code, answer.url) == (302, "/verrou/?next=%2F")
    assert not bed.closures.exists()


def test_the_interface_answers_a_problem(locked) -> None:
    answer = locked.get("/api/v1/units/")
    assert (answer.status_code, answer.json()["code"]) == (423, "session_locked")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_is_not_locked_with_the_session_of_its_account(locked) -> None:
    secret = world.token(row_of(locked).user)
    assert locked.get("/api/v1/units/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_session_long_silent_is_locked_without_having_said_so(client) -> None:
    Session.objects.update(seen_at=timezone.now() - HOUR)
    assert client.get("/lits/", headers=HTMX).status_code == 423
    assert client.get("/api/v1/units/").status_code == 423
    assert open_up(client, PASSWORD).status_code == 204
    assert client.get("/lits/").status_code == 200


def test_only_pages_that_somebody_asks_for_are_a_sign_of_presence(client) -> None:
    before = timezone.now() - timedelta(minutes=5)
    Session.objects.update(seen_at=before)
    client.get("/lits/", headers=HTMX | {"AMH-Background": "1"})
    client.get("/verrou/etat/", headers={"AMH-Background": "1"})
    client.get("/api/v1/units/")
    client.get("/favicon.ico")
    assert row_of(client).seen_at == before
    client.get("/verrou/etat/")
    assert row_of(client).seen_at > before


def test_the_owner_goes_on(locked) -> None:
    answer = open_up(locked, PASSWORD)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "amh:opened")
    assert locked.get("/lits/").status_code == 200


def test_the_token_of_a_form_is_good_before_and_after(client) -> None:
    strict = browser_of(row_of(client).user, enforce_csrf_checks=True)
    strict.get("/lits/")
    token = {"X-CSRFToken": strict.cookies["csrftoken"].value} | HTMX
    assert strict.post("/verrou/fermer/", headers=token).status_code == 204
    assert strict.post("/verrou/", {"secret": PASSWORD}, headers=token).status_code == 204
    assert strict.cookies["csrftoken"].value == token["X-CSRFToken"]


def test_a_lock_or_a_try_without_the_token_of_the_page_is_refused(client) -> None:
    strict = browser_of(row_of(client).user, enforce_csrf_checks=True)
    strict.get("/lits/")
    other = browser_of(a_login(), enforce_csrf_checks=True)
    other.get("/lits/")
    for headers in ({}, {"X-CSRFToken": "a" * 32}, {"X-CSRFToken": other.cookies["csrftoken"].value}):
        for address in ("/verrou/fermer/", "/verrou/"):
            answer = strict.post(address, {"secret": PASSWORD}, headers=headers)
            assert answer.status_code == 403
            assert "restée ouverte trop longtemps" in answer.content.decode()
    assert row_of(strict).locked_at is None


def test_a_wrong_one_is_said_with_what_is_left(locked) -> None:
    answer = open_up(locked, "4711")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "ni le code, ni le badge, ni le mot de passe" in said
    assert "Encore 4 essais." in said
    assert "4711" not in said


def test_an_empty_one_costs_nothing(locked) -> None:
    answer = open_up(locked, "")
    assert answer.status_code == 422
    assert "Saisir le code" in answer.content.decode()
    assert row_of(locked).failures == 0


def test_the_fifth_wrong_one_sends_to_the_log_in(locked) -> None:
    answers = [open_up(locked, f"471{n}") for n in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 200]
    assert answers[-1]["HX-Redirect"] == "/connexion/"
    assert not Session.objects.exists()
    assert AuditEntry.objects.filter(action="session.end").count() == 1
    page = locked.get("/connexion/").content.decode()
    assert "la session est terminée" in page
    assert open_up(locked, PASSWORD).status_code == 401


def test_without_scripts_the_page_says_the_same(locked) -> None:
    answer = locked.post("/verrou/", {"secret": "4711", "next": "/lits/"})
    assert answer.status_code == 422
    assert "Encore 4 essais." in answer.content.decode()
    for _ in range(4):
        answer = locked.post("/verrou/", {"secret": "4711"})
    assert (answer.status_code, answer.url) == (302, "/connexion/")


@pytest.mark.parametrize("next_", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"])
def test_nobody_is_sent_to_another_site(locked, next_) -> None:
    assert locked.post("/verrou/", {"secret": PASSWORD, "next": next_}).url == "/"
    assert locked.get("/verrou/", {"next": next_}).url == "/"


def test_an_open_session_has_nothing_to_ask(client) -> None:
    answer = client.get("/verrou/", {"next": "/lits/"})
    assert (answer.status_code, answer.url) == (302, "/lits/")


def test_the_page_of_who_was_there_before_is_not_uncovered_for_another(locked) -> None:
    answer = open_up(locked, PASSWORD, who="999999", next="/lits/")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/lits/")
    assert row_of(locked).locked_at is not None


def test_a_tab_may_ask_how_things_stand(client) -> None:
    who = row_of(client).user_id
    assert client.get("/verrou/etat/").json() == {"locked": False, "who": who}
    client.post("/verrou/fermer/", headers=HTMX)
    answer = client.get("/verrou/etat/")
    assert answer.json() == {"locked": True, "who": who}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("method", "address"), [("get", "/verrou/"), ("post", "/verrou/fermer/"), ("get", "/verrou/etat/")]
)
def test_nobody_without_a_session_locks_or_asks(method, address) -> None:
    assert getattr(Client(), method)(address, headers=HTMX).status_code == 401


def test_somebody_else_logs_in_instead(locked) -> None:
    assert locked.post("/deconnexion/").url == "/connexion/"
    other = a_login(Role.NURSE)
    locked.post("/connexion/", {"username": other.username, "password": PASSWORD})
    assert locked.get("/lits/").status_code == 200
    assert row_of(locked).user == other


def test_the_button_without_scripts_leads_to_the_page_that_asks(client) -> None:
    answer = client.post("/verrou/fermer/", {"next": "/lits/?unite=MED"})
    assert (answer.status_code, answer.url) == (302, "/verrou/?next=%2Flits%2F%3Funite%3DMED")


def test_a_page_carries_the_patience_of_the_site_and_a_wall_none(client) -> None:
    assert 'data-minutes="10"' in client.get("/lits/").content.decode()
    page = browser_of(a_login(Role.WALL)).get("/compte/").content.decode()
    assert 'id="verrou"' not in page
    assert "lock.js" not in page


def test_a_wall_screen_goes_on_for_ever(client) -> None:
    wall = browser_of(a_login(Role.WALL))
    Session.objects.update(seen_at=timezone.now() - 100 * HOUR)
    assert wall.get("/compte/").status_code == 200
