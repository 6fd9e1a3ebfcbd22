from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from amh.board import boards
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.documents import papers
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present
from wards.models import Unit

INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u2066\u2069"))
BY = "Nina BESSON, gestionnaire des lits"
EVERYBODY = Audience("fr", None)
"""Who sees every name."""


def hospital(board: Board, _unit: Unit | None, audience: Audience, **said: Any) -> bytes:
    """The whole hospital, called as the papers of one unit are."""
    return papers.hospital(board, audience, **said)


WRITERS: dict[str, Callable[..., bytes]] = {"hospital": hospital, "ward": papers.ward, "pocket": papers.pocket}


def pages(made: bytes) -> list[str]:
    """What each page says, without the marks that are there for the layout alone."""
    texts = [page.extract_text().translate(INVISIBLE) for page in PdfReader(BytesIO(made)).pages]
    return [" ".join(text.split()) for text in texts]


def printed(name, unit, audience=EVERYBODY, *, board=None) -> str:
    """What one of the papers says of the board at ``NOW``."""
    board = board or boards.read(NOW)
    return " ".join(pages(WRITERS[name](board, unit, audience, printed_by=BY, at=NOW)))


@pytest.fixture
def ward():
    """A patient in a bed, one without, one awaited, one whose name is shown to nobody; and a free bed."""
    unit = a_unit("MED", name="Médecine", phone="03 53 01 01 00")
    present(a_bed(unit, "201", "F"), patient=a_patient("Durand", sex="F", used_name="Petit"))
    present(a_bed(unit, "201", "P"), patient=a_patient("Secret", protected=True))
    a_bed(unit, "202", "1")
    present(unit, patient=a_patient("Martin"))
    expected(unit, patient=a_patient("Robert"), expected_at=NOW)
    return unit
