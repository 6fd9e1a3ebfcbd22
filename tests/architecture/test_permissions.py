"""Every page, operation and stream says who may open it, and docs/permissions.md says so too."""

import re

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import translation

from amh.board.audiences import DOOR
from amh.core import permissions
from amh.core.management.commands.permissions import PAGE
from amh.core.permissions import Door, Kind, doors
from amh.core.roles import Permission

FOUND = doors()
PUBLIC = {"/connexion/", "/favicon.ico", "/i18n/langue/", "/metrics", "/mural/", "/readyz"}
"""Addresses that ask for no log-in, each for a reason of its own; none of them shows anything of a patient."""


def of(kind):
    return [door for door in FOUND if door.kind == kind]


def test_a_page_says_who_may_open_it():
    faults = [door.address for door in of(Kind.PAGE) if not door.guarded]
    assert not faults, (
        f"{faults}: write @door(Permission.…) above the view, @door() if everyone who is logged in may open it, or "
        "@login_not_required."
    )


def test_only_these_pages_ask_for_no_log_in():
    found = {door.address for door in of(Kind.PAGE) if door.permissions is None}
    assert found <= PUBLIC | {address for address in found if address.startswith("/verrou")}


def test_pages_operations_and_streams_are_found():
    known = {(door.kind, door.method, door.address): door for door in FOUND}
    assert known[Kind.PAGE, "", "/lits/"] == Door(Kind.PAGE, "/lits/", "board:list", DOOR)
    assert known[Kind.PAGE, "", "/journal/"].permissions == (Permission.VIEW_JOURNAL,)
    assert known[Kind.REST, "POST", "/api/v1/stays/<int:pk>/discharge/"].permissions == (Permission.DISCHARGE,)
    assert known[Kind.REST, "GET", "/api/v1/stays/"].permissions == (Permission.VIEW_PATIENT,)
    assert known[Kind.REST, "POST", "/interop/hl7/"].permissions == (Permission.SEND_MESSAGE,)
    assert known[Kind.STREAM, "", "/live/lits"].permissions == DOOR


def test_a_door_is_listed_once():
    named = [(door.kind, door.method, door.address) for door in FOUND]
    assert len(named) == len(set(named))


@pytest.mark.django_db
def test_an_operation_asks_who_comes():
    client = Client()
    addresses = {(door.method, re.sub(r"<\w+:\w+>", "1", door.address)) for door in of(Kind.REST)}
    answers = {
        (method, address): client.generic(method, address, b"{}", content_type="application/json").status_code
        for method, address in addresses
    }
    assert {key: status for key, status in answers.items() if status != 401} == {}


def bare(request):
    return HttpResponse()


urlpatterns = [path("nue/", bare, name="bare")]


def test_a_page_without_a_door_is_found_out(settings):
    settings.ROOT_URLCONF = __name__
    (found,) = [door for door in doors() if door.kind == Kind.PAGE]
    assert (found.address, found.name, found.guarded) == ("/nue/", "bare", False)


def test_the_page_is_current():
    with translation.override("fr"):
        assert PAGE.read_text(encoding="utf-8") == permissions.page(doors()), (
            "Run `manage.py permissions` and commit docs/permissions.md."
        )


def test_the_page_says_roles_scopes_and_doors():
    with translation.override("fr"):
        page = permissions.page(doors())
    assert "### Infirmière\n" in page
    assert "| `view_patient` | voir les patients par leur nom et ouvrir leur dossier | ses unités |" in page
    assert "| `/connexion/` | `core:login` | public |" in page
    assert "| `/deconnexion/` | `core:logout` | toute personne connectée |" in page
    assert "| POST | `/api/v1/beds/<int:pk>/clean/` | `clean` |" in page
    assert "| `/live/lits` | `view_board`, `view_wall` |" in page


def test_the_command_writes_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr("amh.core.management.commands.permissions.PAGE", tmp_path / "permissions.md")
    call_command("permissions")
    assert (tmp_path / "permissions.md").read_text(encoding="utf-8").startswith("# Permissions\n")
