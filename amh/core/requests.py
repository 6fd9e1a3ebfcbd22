"""What a request tells the layers below, read at the edge."""

from typing import cast

from django.http import HttpRequest, QueryDict

from amh.core.models import Session, User

LONGEST = 80
"""Signs of an address that are looked for."""


def actor(request: HttpRequest) -> User:
    """The person behind a request that has passed the log-in."""
    return cast("User", request.user)


def session_row(request: HttpRequest) -> Session | None:
    """The row of the session by which a person is logged in; ``None`` for who is not, or shows a token."""
    return getattr(request.session, "row", None) if request.user.is_authenticated else None


def ip(request: HttpRequest) -> str | None:
    """The address from which the request came; the server resolves proxies that it trusts."""
    return request.META.get("REMOTE_ADDR") or None


def words(request: HttpRequest, name: str) -> str:
    """The words that the address of a page gives under ``name``; empty for none."""
    return printable(request.GET.get(name, ""))


def printable(text: str) -> str:
    """Words on one line without the signs that nobody types: PostgreSQL takes no NUL in a text."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())[:LONGEST]


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, be it nothing at all; ``None`` as long as it is only asked for."""
    return request.POST if request.method == "POST" else None
