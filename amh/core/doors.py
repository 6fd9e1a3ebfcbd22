"""The permission written on each page: asked before anything else, and listed in ``docs/permissions.md``."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase

from amh.core import rules
from amh.core.requests import actor
from amh.core.roles import Permission

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def door(*permissions: Permission) -> Callable[[View], View]:
    """Let in whoever holds one of ``permissions`` in some unit at least; without any, whoever is logged in.

    What a page shows or does is checked again for its unit, by the scope of its queries and the rules of its acts.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permissions:
                rules.check_somewhere(actor(request), *permissions)
            return view(request, *args, **kwargs)

        enter.door = permissions  # type: ignore[attr-defined]
        return cast("View", enter)

    return decorate


def entered_by(way: Callable[[HttpRequest], str]) -> Callable[[View], View]:
    """Send whoever is not logged in where ``way`` says instead of to the log-in page, unless it says nothing."""

    def decorate(view: View) -> View:
        view.way_in = way  # type: ignore[attr-defined]
        return view

    return decorate
