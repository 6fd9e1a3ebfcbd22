"""The wall screen: how it comes in, what it shows, and what it never shows."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from amh.board import topics
from amh.board.audiences import Audience, audience
from amh.board.views.walls import COOKIE
from amh.core import entitlements
from amh.core.live.topics import Topic
from amh.core.live.topics import find as topic_of
from amh.core.live.visitors import Visit, review
from amh.core.models import AccessTrace, Session
from amh.core.roles import Role
from amh.core.tries import TRIES, WINDOW
from tests.board.browsing import HTMX, board, browse, card, shown, text
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.screens import a_screen, installed
from wards.actions import screens
from wards.models import Screen, Theme

pytestmark = pytest.mark.django_db
URL, WALL = "/mural/", "/lits/?mode=mural"
DAY = timedelta(days=1)


@pytest.fixture
def two_units():
    """A patient in a bed of each of two units."""
    here, there = a_bed(a_unit("MED"), "201", "F"), a_bed(a_unit("USP", name="Soins palliatifs"), "301", "P")
    present(here, patient=a_patient("Durand"))
    present(there, patient=a_patient("Martin"))
    return here, there


def with_key(key: str) -> Client:
    """A browser that keeps this key."""
    client = Client()
    client.cookies[COOKIE] = key
    return client


def code_of(screen: Screen) -> str:
    return screens.give_code(screen=screen, by=None, at=NOW).code


def test_a_browser_without_a_key_is_asked_for_a_code():
    response = Client().get(URL)
    assert (response.status_code, response["Cache-Control"].count("no-store")) == (200, 1)
    assert "Code d’installation" in text(response)
    assert "/connexion/?next=%2Flits%2F%3Fmode%3Dmural" in text(response)
    assert SESSION_KEY not in Client().session


def test_the_code_gives_the_browser_a_key_and_lets_it_in():
    screen, client = a_screen(), Client()
    response = client.post(URL, {"code": code_of(screen).lower()})
    assert (response.status_code, response.url) == (302, WALL)
    cookie = response.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (URL, True, "Lax")
    assert cookie["max-age"] == (400 * DAY).total_seconds()
    assert client.session[SESSION_KEY] == str(screen.account_id)
    screen.refresh_from_db()
    assert (screen.seen_at, screen.key_digest == cookie.value) == (NOW, False)
    assert client.get(response.url).status_code == 200


def test_the_key_is_sent_over_an_encrypted_line_alone_in_production(settings):
    settings.SESSION_COOKIE_SECURE = True
    assert Client().post(URL, {"code": code_of(a_screen())}).cookies[COOKIE]["secure"]


def test_the_key_lets_it_in_again_whatever_became_of_its_session(clock):
    screen = a_screen()
    client = with_key(installed(screen).key)
    assert client.get(URL).url == WALL
    first = client.session.session_key
    Session.objects.all().delete()
    assert client.get(WALL).url == URL
    response = client.get(URL)
    assert (response.url, client.get(WALL).status_code) == (WALL, 200)
    assert client.session.session_key != first
    assert response.cookies[COOKIE]["max-age"] == (400 * DAY).total_seconds()
    clock.shift(timedelta(hours=13))
    assert client.get(WALL).url == URL
    assert client.get(URL).url == WALL


def test_the_session_of_a_person_gives_way_to_the_screen():
    screen, client = a_screen(), browse(a_user(Role.BED_MANAGER))
    client.cookies[COOKIE] = installed(screen).key
    client.get(URL)
    assert client.session[SESSION_KEY] == str(screen.account_id)


@pytest.mark.parametrize("key", ["", "inconnue", "\x00é"])
def test_a_key_that_nobody_knows_opens_nothing(key):
    a_screen()
    response = with_key(key).get(URL)
    assert response.status_code == 200
    assert response.cookies[COOKIE]["max-age"] == 0
    assert ("Cet écran a été retiré, ou installé ailleurs." in text(response)) == bool(key)


def test_a_screen_that_was_withdrawn_forgets_its_key_and_asks_again():
    screen = a_screen()
    client = with_key(installed(screen).key)
    client.get(URL)
    screens.revoke(screen=screen, by=None, at=NOW)
    assert client.get(WALL).url == URL
    response = client.get(URL)
    assert "Pour le remettre, saisir un nouveau code." in text(response)
    assert "Code d’installation" in text(client.get(URL))
    assert "Pour le remettre" not in text(client.get(URL))


def test_of_two_browsers_with_one_code_the_first_is_the_screen():
    code = code_of(a_screen())
    one, other = Client(), Client()
    assert one.post(URL, {"code": code}).status_code == 302
    response = other.post(URL, {"code": code})
    assert response.status_code == 422
    assert "Ce code n’est pas connu, ou n’est plus valable." in text(response)
    assert f'value="{code}"' in text(response)
    assert COOKIE not in other.cookies


def test_a_code_that_is_too_old_installs_nothing(clock):
    code = code_of(a_screen())
    clock.shift(timedelta(minutes=30))
    assert Client().post(URL, {"code": code}).status_code == 422


def test_wrong_codes_make_an_address_wait_even_with_the_good_one(clock):
    screen, client = a_screen(), Client(REMOTE_ADDR="192.0.2.7")
    code = code_of(screen)
    assert {client.post(URL, {"code": "AAAA2222"}).status_code for _ in range(TRIES)} == {422}
    response = client.post(URL, {"code": code})
    assert response.status_code == 429
    assert "Trop d’essais depuis cette adresse. Recommencer dans 6 min." in text(response)
    assert Client(REMOTE_ADDR="192.0.2.8").post(URL, {"code": "AAAA2222"}).status_code == 422
    clock.shift(WINDOW)
    assert client.post(URL, {"code": code}).status_code == 302


def test_no_code_at_all_is_said_and_counts_for_nothing():
    client = Client()
    assert {client.post(URL, {"code": " "}).status_code for _ in range(TRIES + 1)} == {422}


def test_a_form_of_another_site_installs_nothing():
    assert Client(enforce_csrf_checks=True).post(URL, {"code": code_of(a_screen())}).status_code == 403


def test_whoever_is_not_logged_in_meets_the_door_of_screens_on_the_wall_alone():
    assert Client().get(WALL).url == URL
    assert Client().get("/lits/?unite=MED").url == "/connexion/?next=/lits/%3Funite%3DMED"
    assert Client().get(WALL, headers=HTMX).status_code == 401


def test_a_screen_cannot_log_in_by_the_form_nor_open_anything_else():
    screen = a_screen()
    client = with_key(installed(screen).key)
    client.get(URL)
    answers = {client.get(path).status_code for path in ("/patients/", "/equipe/", "/ecrans/", "/admin/comptes/")}
    assert answers == {403}
    username = screen.account.username
    for password in ("", username, "demo"):
        other = Client()
        other.post("/connexion/", {"username": username, "password": password})
        assert SESSION_KEY not in other.session


def test_a_screen_shows_its_own_units_alone(two_units):
    here, there = two_units
    for units, beds in (([here.room.unit], {here.pk}), ([], {here.pk, there.pk})):
        page = board(a_screen(*units).account, mode="mural")
        assert shown(page) == beds
    client = browse(a_screen(here.room.unit).account)
    assert client.get(WALL, {"mode": "mural", "unite": "USP"}).status_code == 422


def test_what_a_screen_read_is_traced_as_its_own(two_units):
    screen = a_screen()
    board(screen.account, mode="mural")
    trace = AccessTrace.objects.get()
    assert (trace.by, trace.role, trace.page, trace.count) == (screen.account, Role.WALL, "board", 0)


def test_a_screen_is_sent_what_changes_in_its_units_alone(two_units):
    here, there = two_units
    topic = topics.BoardTopic()
    collected = topic.collect([here.pk, there.pk], at=NOW)
    for units, beds in (({here.room.unit_id}, 1), (None, 2)):
        on_wall = None if units is None else frozenset(units)
        events = topic.compose(collected, Audience("fr", frozenset(), wall=True, on_wall=on_wall))
        assert [event.name for event in events] == ["card"] * beds + ["unit"] * beds
        sent = "".join(event.data for event in events)
        assert (f'id="lit-{there.pk}"' in sent) == (beds == 2)


def lits() -> Topic:
    topic = topic_of("lits")
    assert topic is not None
    return topic


def visit_of(client: Client) -> Visit:
    """The stream of a browser, as the hub asks for it again every minute."""
    key = client.session.session_key or ""
    return Visit(lits(), session_key=key, language="fr", options={"mode": "mural"})


def test_a_stolen_key_opens_nothing_once_the_screen_is_withdrawn():
    screen = a_screen()
    key = installed(screen).key
    owner, thief = with_key(key), with_key(key)
    for client in (owner, thief):
        assert client.get(URL).url == WALL
    visits = [visit_of(owner), visit_of(thief)]
    assert [ruling.status for ruling in review(visits)] == [200, 200]
    screens.revoke(screen=screen, by=None, at=NOW)
    assert [ruling.status for ruling in review(visits)] == [401, 401]
    for client in (owner, thief):
        assert client.get(WALL).url == URL
        assert client.get(URL).status_code == 200


def test_a_stream_follows_the_units_of_its_screen():
    med, hem = a_unit("MED"), a_unit("HEM")
    screen = a_screen(med)
    client = with_key(installed(screen).key)
    client.get(URL)
    visit = visit_of(client)
    assert review([visit])[0].audience == Audience("fr", frozenset(), wall=True, on_wall=frozenset({med.pk}))
    screens.change(screen=screen, said={"units": [hem]}, by=None, at=NOW)
    assert review([visit])[0].audience == Audience("fr", frozenset(), wall=True, on_wall=frozenset({hem.pk}))


def test_the_units_of_many_screens_are_read_in_one_query(django_assert_num_queries):
    users = [a_screen(a_unit()).account for _ in range(30)]
    with django_assert_num_queries(1):
        found = entitlements.held([user.pk for user in users], at=NOW)
    assert all(len(found[user.pk].posting.units) == 1 for user in users)


def test_a_screen_says_that_it_is_on_and_hears_how_it_is_set():
    screen = a_screen(theme=Theme.DARK, page_seconds=30)
    client = browse(screen.account)
    response = client.get("/mural/present/")
    assert json.loads(response.content) == {"theme": "dark", "page_seconds": 30}
    screen.refresh_from_db()
    assert screen.seen_at == NOW
    assert json.loads(browse(a_user(Role.WALL)).get("/mural/present/").content) == {"theme": "auto", "page_seconds": 20}
    assert browse(a_user(Role.BED_MANAGER)).get("/mural/present/").status_code == 403


@pytest.mark.parametrize(
    ("theme", "media"),
    [(Theme.DARK, "all"), (Theme.LIGHT, "not all"), (Theme.AUTO, "(prefers-color-scheme: dark)")],
)
def test_the_page_is_as_light_as_its_screen(theme, media):
    page = board(a_screen(theme=theme, page_seconds=15).account, mode="mural")
    assert re.search(r'css/dark\.css" media="([^"]*)"', page)[1] == media  # type: ignore[index]
    assert f'data-theme="{theme}"' in page
    assert 'data-page-seconds="15"' in page


def test_the_page_of_a_wall_leads_back_to_its_own_door_and_a_person_may_leave(two_units):
    screen, person = board(a_screen().account, mode="mural"), board(a_user(Role.BED_MANAGER), mode="mural")
    for page in (screen, person):
        assert 'data-login="/mural/"' in page
    assert ["Quitter le mode mural" in page for page in (screen, person)] == [False, True]
    assert ['data-present="/mural/present/"' in page for page in (screen, person)] == [True, False]
    assert 'data-login="/connexion/"' in board(a_user(Role.BED_MANAGER))


def test_the_numbers_that_a_unit_is_looked_at_for_are_large(two_units):
    here, _there = two_units
    present(here.room.unit, patient=a_patient("Sanslit"))
    a_bed(here.room.unit, "202", "F")
    page = board(a_screen(here.room.unit).account, mode="mural")
    head = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('class="wall-head"')[1].split('class="cards"')[0]))
    assert [words in head for words in ("MED", "1 libre", "0 à nettoyer", "1 sans lit")] == [True] * 4
    assert "DURAND" not in card(page, here)


def test_an_audience_of_a_person_on_a_wall_is_not_narrowed():
    person = a_user(Role.BED_MANAGER, a_unit())
    assert audience(person, language="fr", wall=True) == Audience("fr", frozenset(), wall=True)
