"""Who asks for a page: the person of the session, read in one statement with it."""

from typing import cast

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from amh.core import sessions
from amh.core.models.sessions import SessionStore


class Identity(AuthenticationMiddleware):
    """Know who asks by the row of the session, with which theirs was read."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its person, looked up when first needed."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]


def _person(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Asking what the session says reads its row; Django has the last word on whoever is not known by it."""
    said = cast("SessionStore", request.session)
    known = sessions.owner(said.row, said) if SESSION_KEY in said and said.row is not None else None
    return known or get_user(request)
