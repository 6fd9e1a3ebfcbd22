"""A person in front of the board, without a browser."""

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from amh.core.models import User
from wards.models import Bed

HTMX = {"HX-Request": "true"}


def browse(user: User) -> Client:
    """A session of this person."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def board(user: User, **filters: str) -> str:
    """The page of the board as this person gets it."""
    response = browse(user).get(reverse("board:list"), filters)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def card(page: str, bed: Bed) -> str:
    """The card of one bed on a page; empty when it is not shown."""
    found = re.search(rf'<article id="lit-{bed.pk}".*?</article>', page, re.DOTALL)
    return found.group() if found else ""


def shown(page: str) -> set[int]:
    """The beds whose cards are on a page."""
    return {int(pk) for pk in re.findall(r'<article id="lit-(\d+)"', page)}


def text(response: HttpResponse) -> str:
    """What an answer says, its marks of escape undone."""
    return response.content.decode().replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", '"')
