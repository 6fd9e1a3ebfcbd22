"""What people type leaves the program as they typed it, and does nothing elsewhere either."""

import csv
from io import BytesIO

import pytest
from pypdf import PdfReader

from amh.core.roles import Role
from tests.permissions.conftest import Hospital, Position
from tests.permissions.markups import slipped


def test_the_parser_finds_what_is_slipped_in():
    assert slipped("<p title='x' onfocus=alert(2)>") == ["p onfocus=alert(2)"]
    assert slipped("<script src='/a.js'></script><script>alert(1)</script>") == ["alert(1)"]
    assert slipped("<script nonce='aZ9'>ours()</script><script nonce=''>alert(1)</script>") == ["alert(1)"]
    assert slipped("&lt;script&gt;alert(1)&lt;/script&gt;") == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_what_is_exported_holds_it_as_text(kind: str, hospital: Hospital):
    visitor, world = hospital.visitors[Role.DPO], hospital.worlds[Position.OWN]
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
