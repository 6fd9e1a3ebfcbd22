"""What people type is shown as they typed it, on every page, and does nothing: no script, no attribute, no formula."""

import csv
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from amh.core.permissions import Door, Kind
from amh.core.roles import Role
from tests.permissions.addresses import visit
from tests.permissions.conftest import Hospital, Position, a_hospital, kept_apart
from tests.permissions.tables import DOORS, role_for
from tests.permissions.worlds import PHRASE

MANY = 25
"""Pages at least on which the phrase is seen, escaped: else the visits would prove little."""


class Markup(HTMLParser):
    """The scripts and the attributes of a page that somebody may have slipped into it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside_script = tag == "script"
        self.found += [f"{tag} {name}={value}" for name, value in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        if self.inside_script and data.strip():
            self.found.append(data)


def slipped(html: str) -> list[str]:
    """What of a page would run."""
    markup = Markup()
    markup.feed(html)
    return markup.found


@pytest.fixture(scope="module")
def trapped(django_db_setup: None, django_db_blocker: Any) -> Iterator[Hospital]:
    """A hospital in which whoever could write something wrote the phrase."""
    with django_db_blocker.unblock(), kept_apart():
        yield a_hospital(PHRASE)


def test_the_parser_finds_what_is_slipped_in():
    assert slipped("<p title='x' onfocus=alert(2)>") == ["p onfocus=alert(2)"]
    assert slipped("<script src='/a.js'></script><script>alert(1)</script>") == ["alert(1)"]
    assert slipped("&lt;script&gt;alert(1)&lt;/script&gt;") == []


def visited(door: Door, method: str, hospital: Hospital) -> Any:
    """The answer to somebody who may."""
    role = role_for(door)
    return hospital.visitors[role].goes(visit(door, hospital.worlds[Position.OWN], role, at=hospital.at), method)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_runs_what_somebody_typed(method: str, trapped: Hospital):
    faults, shown = [], 0
    for door in [door for door in DOORS if door.kind == Kind.PAGE]:
        answer = visited(door, method, trapped)
        if answer["Content-Type"].startswith("text/html"):
            faults += [f"{method} {door.address}: {what}" for what in slipped(answer.text)]
            shown += "&lt;script&gt;alert(1)" in answer.text.lower()
    assert faults == []
    assert shown > MANY


@pytest.mark.django_db
def test_the_interface_answers_what_no_browser_takes_for_a_page(trapped: Hospital):
    for door in [door for door in DOORS if door.kind == Kind.REST and door.method == "GET"]:
        answer = visited(door, "GET", trapped)
        assert not answer["Content-Type"].startswith("text/html"), door.address
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_what_is_exported_holds_it_as_text(kind: str, trapped: Hospital):
    visitor, world = trapped.visitors[Role.DPO], trapped.worlds[Position.OWN]
    answer = visitor.client.post(f"/journal/patients/{world.ids['patient']}/releve/", {"format": kind})
    assert answer.status_code == 200
    if kind == "pdf":
        text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
        assert "<SCRIPT>ALERT(1)</SCRIPT>" in text.replace("\n", "")
    else:
        cells = [
            cell for row in csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";") for cell in row
        ]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
