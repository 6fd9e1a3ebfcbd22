"""PDFs: the facts stay facts, the bytes stay the same, no file outside is read."""

from io import BytesIO

import pytest
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
    assert b"pdfuaid:part" in claims(made)


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
    with pytest.raises(documents.TemplateError, match="would escape the project root"):
        documents.pdf("spy.typ", {}, at=NOW)


@pytest.mark.parametrize("name", ["Đặng Thị Hương", "Ελένη", "Владимир", "שלום", "محمد", "A‑B", "ﬁn"])
def test_a_name_in_another_script_is_written_in_it(name):
    made = documents.pdf(TEMPLATE, FACTS | {"notice": name}, at=NOW)
    assert name in text_of(made)
    assert b"pdfuaid:part" in claims(made)


@pytest.mark.parametrize("sign", ["王", "😀", "\x01"])
def test_a_sign_that_no_font_has_keeps_nothing_from_being_printed(sign):
    made = documents.pdf(TEMPLATE, FACTS | {"notice": f"avant {sign} après"}, at=NOW)
    assert ["avant" in text_of(made), "après" in text_of(made)] == [True, True]
    assert b"pdfuaid:part" not in claims(made)


def test_a_template_that_is_wrong_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / "wrong.typ").write_text("#nothing")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    with pytest.raises(documents.TemplateError, match="unknown variable: nothing"):
        documents.pdf("wrong.typ", {}, at=NOW)


def claims(made: bytes) -> bytes:
    return PdfReader(BytesIO(made)).trailer["/Root"]["/Metadata"].get_data()
