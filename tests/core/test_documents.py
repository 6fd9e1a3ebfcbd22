"""PDFs: the facts stay facts, the bytes stay the same, no file outside is read."""

from io import BytesIO

import pytest
import typst
from pypdf import PdfReader

from amh.core import documents
from tests.factories.clocks import NOW

FACTS = {
    "language": "fr",
    "title": "Qui a consulté mon dossier",
    "head": [["Patient", "ÉLODIE Œuf"]],
    "columns": ["Quand", "Qui", "Quoi", "Pourquoi"],
    "rows": [],
    "none": "Rien.",
    "notice": "Avis.",
    "footer": "Pied",
    "page": "page",
}
TEMPLATE = "patients/documents/report.typ"


def text_of(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).split())


def test_the_same_facts_make_the_same_bytes():
    made = documents.pdf(TEMPLATE, FACTS, at=NOW)
    assert made.startswith(b"%PDF-")
    assert made == documents.pdf(TEMPLATE, FACTS, at=NOW)
    assert made != documents.pdf(TEMPLATE, FACTS | {"title": "Autre"}, at=NOW)


def test_it_is_made_for_reading_aloud():
    made = documents.pdf(TEMPLATE, FACTS, at=NOW)
    catalog = PdfReader(BytesIO(made)).trailer["/Root"]
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


@pytest.mark.parametrize(
    "name",
    ["#strong[x]", "<script>alert(1)</script>", "*gras* _it_ $x$", '#read("/etc/passwd")', "=cmd()", "O’Ÿ \\ @ref"],
)
def test_what_somebody_typed_is_printed_as_it_was_typed(name):
    facts = FACTS | {"rows": [[name, "b", "c", "d"]]}
    assert name in text_of(documents.pdf(TEMPLATE, facts, at=NOW))


def test_a_template_reads_nothing_outside_its_folder(tmp_path, monkeypatch):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "spy.typ").write_text('#set document(title: "x")\n#read("../secret.txt")')
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path / "templates")
    with pytest.raises(typst.TypstError):
        documents.pdf("spy.typ", {}, at=NOW)
