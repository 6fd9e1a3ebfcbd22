"""No page and no list breaks on a sign that PostgreSQL takes in no text, whatever word of its address holds it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from amh.core.permissions import Kind
from amh.core.roles import Role
from tests.architecture.sources import modules
from tests.permissions.addresses import visit
from tests.permissions.conftest import Hospital, Position
from tests.permissions.tables import DOORS, role_for

pytestmark = pytest.mark.django_db
PAGES = [door for door in DOORS if door.kind == Kind.PAGE]
READ = re.compile(r'(?:GET\.get\(|words\(request, )"(\w+)"')
ALONE = ("unite", "metier", "personne")
"""Words that are refused, or chosen from, before the others are read."""


def _names() -> list[str]:
    """The words of addresses that views read."""
    sources = [Path(path).read_text(encoding="utf-8") for path in modules() if "views" in Path(path).parts]
    return sorted({"q", "role"}.union(*(READ.findall(source) for source in sources)) - set(ALONE))


def test_words_with_a_sign_that_no_text_may_hold_break_no_page(hospital: Hospital):
    names, faults = _names(), []
    assert {"mots", "qui", "words"} <= set(names)
    for door in PAGES:
        step = visit(door, hospital.worlds[Position.OWN], role := role_for(door), at=hospital.at)
        for query in ("&".join(f"{name}=%00" for name in names), "&".join(f"{name}=%00" for name in ALONE)):
            answer = hospital.visitors[role].goes(replace(step, path=f"{step.path}?{query}"), "GET")
            faults += [f"{door.address}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert faults == []


@pytest.mark.parametrize("query", ["patients/?name=%00", "patients/?identifier=%00", "practitioners/?words=%00"])
def test_the_interface_refuses_it(hospital: Hospital, query: str):
    assert hospital.visitors[Role.TEAM_LEAD].client.get(f"/api/v1/{query}").status_code == 400
