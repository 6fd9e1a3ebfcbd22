"""Who asks for a page is read anew for each, with the session: nothing that was withdrawn lasts until the next one."""

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client

from amh.core.identities import Identity
from amh.core.models import ParameterValue, Session, User
from amh.core.models.sessions import SessionStore
from amh.core.roles import Role
from tests.factories.clocks import NOW
from tests.factories.logins import PASSWORD, a_login, a_session, browser_of, row_of
from tests.factories.places import a_unit
from wards.models import Membership

pytestmark = pytest.mark.django_db

PAGE = "/lits/"


@pytest.fixture
def person() -> User:
    return a_login()


@pytest.fixture
def client(person) -> Client:
    client = browser_of(person)
    assert client.get(PAGE).status_code == 200
    return client


def sent_to_log_in(client: Client) -> bool:
    answer = client.get(PAGE)
    return answer.status_code == 302 and answer.url.startswith("/connexion/")


def asks(row: Session) -> HttpRequest:
    request = HttpRequest()
    request.session = SessionStore(row.pk)
    Identity(lambda _request: None).process_request(request)
    return request


def test_session_person_and_patience_are_one_statement(person, django_assert_num_queries):
    request = asks(a_session(person))
    with django_assert_num_queries(1):
        assert request.user == person
        assert request.session.row.user == person
        assert request.session.row.lock_minutes == 10


def test_an_account_that_was_closed_is_out_at_the_next_page(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert sent_to_log_in(client)


def test_another_password_ends_the_session_at_the_next_page(client, person):
    person.set_password("quatre-tables-rouges")
    person.save()
    assert sent_to_log_in(client)
    assert not Session.objects.exists()


def test_a_session_that_was_ended_is_out_at_the_next_page(client):
    Session.objects.all().delete()
    assert sent_to_log_in(client)


def test_a_session_that_has_run_out_is_out_at_the_next_page(client):
    Session.objects.update(expire_date=NOW.replace(year=2020))
    assert sent_to_log_in(client)


def test_another_role_holds_at_the_next_page(client, person):
    User.objects.filter(pk=person.pk).update(role=Role.INTERFACE)
    assert client.get(PAGE).status_code == 403


def test_a_unit_that_was_withdrawn_is_at_the_next_page():
    unit = a_unit()
    client = browser_of(a_login(Role.NURSE, unit))
    assert unit.name in client.get(PAGE).context["my_units"]
    Membership.objects.update(valid_until=NOW.replace(year=2020), valid_from=NOW.replace(year=2019))
    assert client.get(PAGE).context["my_units"] == []


def test_another_patience_of_the_site_holds_at_the_next_page(client):
    for minutes, expected in ((3, 3), (90, 90), (None, 10)):
        ParameterValue.objects.create(key="session_lock_minutes", value=minutes, entered_at=NOW)
        assert client.get(PAGE).context["lock_minutes"] == expected


def test_the_patience_of_a_unit_is_not_the_site_s(client):
    ParameterValue.objects.create(key="session_lock_minutes", unit_id=a_unit().pk, value=3, entered_at=NOW)
    assert client.get(PAGE).context["lock_minutes"] == 10


def test_a_session_signed_with_the_key_before_is_renewed(person, settings):
    row = a_session(person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    request = asks(row)
    assert request.user == person
    assert request.session[HASH_SESSION_KEY] == person.get_session_auth_hash()
    assert request.session.session_key != row.pk


def test_a_log_in_of_a_way_that_is_no_longer_open_is_none(person, settings):
    row = a_session(person)
    settings.AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend"]
    assert asks(row).user == AnonymousUser()


def test_a_row_that_names_somebody_else_than_its_session_gives_neither_away(person):
    row = a_session(person)
    Session.objects.update(user=a_login())
    assert asks(row).user == person


def test_a_session_without_anybody_is_nobody_s(django_assert_num_queries):
    store = SessionStore()
    store["language"] = "fr"
    store.save()
    request = asks(Session.objects.get(pk=store.session_key))
    with django_assert_num_queries(1):
        assert request.user == AnonymousUser()


@pytest.mark.parametrize("key", ["", "abc", "a" * 40, "x' OR true --12345678"])
def test_a_key_that_nobody_has_is_nobody_s(key):
    client = Client()
    client.cookies["sessionid"] = key
    assert sent_to_log_in(client)


def test_a_log_in_is_known_within_its_own_request(person):
    client = Client()
    client.post("/connexion/", {"username": person.username, "password": PASSWORD, "next": PAGE})
    assert row_of(client).user == person
    assert client.session[SESSION_KEY] == str(person.pk)
