"""People who have logged in."""

from datetime import datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from amh.core.models import Session, User
from amh.core.models.sessions import SessionStore
from amh.core.roles import Role
from tests.factories.people import a_user
from wards.models import Unit

BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "trois-chaises-vertes"


def a_login(role: Role = Role.BED_MANAGER, *units: Unit) -> User:
    """A person of this trade who has a password."""
    user = a_user(role, *units)
    user.set_password(PASSWORD)
    user.save()
    return user


def a_session(user: User, *, locked_at: datetime | None = None, seen_at: datetime | None = None) -> Session:
    """The session of a person, as a log-in makes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    changes = {"locked_at": locked_at} | ({"seen_at": seen_at} if seen_at else {})
    Session.objects.filter(pk=store.session_key).update(**changes)
    return Session.objects.get(pk=store.session_key)


def browser_of(user: User, **options: object) -> Client:
    """A browser in which the person is logged in."""
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client


def row_of(client: Client) -> Session:
    """The session of a browser as the database has it now."""
    return Session.objects.get(pk=client.session.session_key)
