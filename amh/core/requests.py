"""What a request tells the layers below, read at the edge."""

from typing import cast

from django.http import HttpRequest

from amh.core.models import User


def actor(request: HttpRequest) -> User:
    """The person behind a request that has passed the log-in."""
    return cast("User", request.user)


def ip(request: HttpRequest) -> str | None:
    """The address from which the request came; the server resolves proxies that it trusts."""
    return request.META.get("REMOTE_ADDR") or None
