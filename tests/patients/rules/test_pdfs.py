import subprocess
import sys
import zlib

import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from amh.core import pdf_readers
from amh.core.actions import parameters
from amh.core.errors import Invalid
from patients.rules import pdfs
from tests.expectations import refused
from tests.factories.clocks import NOW
from tests.factories.pdfs import annotated, named, nested, opening, pdf, raw, with_link, with_root

pytestmark = pytest.mark.django_db

CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


@pytest.mark.parametrize("pages", [1, 3, 500])
def test_a_plain_pdf_is_taken_with_its_pages_counted(pages):
    assert pdfs.check(pdf(pages)) == pages


def test_what_people_print_is_taken(browser, tmp_path):
    page = browser.new_page()
    page.set_content("<h1>Lettre de liaison</h1><a href='https://www.has-sante.fr'>HAS</a><p>Été</p>" * 40)
    page.pdf(path=tmp_path / "letter.pdf", tagged=True, outline=True)
    page.close()
    assert pdfs.check((tmp_path / "letter.pdf").read_bytes()) > 1


@pytest.mark.parametrize("tail", [b"\n", b"\r\n", b"\0\0\n", b""])
def test_blanks_after_the_end_do_no_harm(tail):
    assert pdfs.check(pdf().rstrip() + tail) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"MZ\x90\0 an executable", "not_a_pdf"),
        (b"<html><script>alert(1)</script></html>", "not_a_pdf"),
        (b"%PDF-1.7\n<html></html>\n%%EOF", "not_a_pdf"),
        (b"%PDF-1.7\n%%EOF", "not_a_pdf"),
        (b"%PDF-1.7", "truncated"),
    ],
)
def test_what_is_no_pdf_is_refused(content, code):
    with refused(Invalid, code, field="file"):
        pdfs.check(content)


def test_nothing_stands_before_a_document_nor_after_it():
    with refused(Invalid, "not_a_pdf", field="file"):
        pdfs.check(b"<html></html>" + pdf())
    with refused(Invalid, "truncated", field="file"):
        pdfs.check(pdf() + b"PK\x03\x04 an archive")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_pdf_that_was_cut_is_refused(share):
    whole = pdf(20)
    cut = whole[: int(len(whole) * share)]
    with refused(Invalid, "truncated", field="file", saying="coupé"):
        pdfs.check(cut)
    with refused(Invalid, "not_a_pdf", field="file"):
        pdfs.check(cut + b"\n%%EOF")


def test_bytes_that_are_lost_in_the_middle_are_seen():
    whole = bytearray(pdf(20))
    whole[300:320] = b"\0" * 20
    with refused(Invalid, "not_a_pdf", field="file"):
        pdfs.check(bytes(whole))


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_pdf_under_a_password_is_refused(password):
    with refused(Invalid, "encrypted", field="file", saying="mot de passe"):
        pdfs.check(pdf(change=lambda writer: writer.encrypt(password)))


@pytest.mark.parametrize(
    "content",
    [
        opening(named(S="JavaScript", JS=b"app.alert(1)")),
        opening(named(S="JavaScript", JS=b"app.alert(1)"), by_reference=True),
        opening(named(S="Launch", F=b"cmd.exe")),
        opening(named(S="URI", URI=b"https://tracker.example")),
        opening(named(S="GoTo", D=[0], Next=named(S="JavaScript", JS=b"x"))),
        opening(named(Type="Action", S="SomethingNew")),
        with_root("AA", named(WC=named(S="GoTo", D=[0]))),
        with_root("Names", named(JavaScript=named(Names=[b"x", named(S="JavaScript", JS=b"x")]))),
        with_root("AcroForm", named(XFA=[b"template"])),
        annotated(named(Subtype="Link", A=named(S="SubmitForm", F=b"https://collector.example"))),
        annotated(named(Subtype="Widget", A=named(S="ImportData", F=b"x"))),
        annotated(named(Subtype="RichMedia")),
        annotated(named(Subtype="FileAttachment")),
        annotated(named(Subtype="Screen")),
        with_link("javascript:alert(1)"),
        with_link("file:///etc/passwd"),
        with_link(" JavaScript:alert(1)"),
        pdf(change=lambda writer: writer.add_attachment("letter.exe", b"MZ")),
        raw(CATALOG, PAGES, "<< /S /#4aavaScript /#4a#53 (app.alert(1)) >>"),
    ],
)
def test_what_acts_by_itself_is_refused(content):
    with refused(Invalid, "active_content", field="file", saying="L’imprimer en PDF"):
        pdfs.check(content)


@pytest.mark.parametrize(
    "content",
    [
        opening(ArrayObject()),
        opening(named(S="GoTo", D=[0]), by_reference=True),
        with_link("https://www.ameli.fr"),
        with_link("mailto:secretariat@hopital.example"),
        with_link("TEL:0142000000"),
        annotated(named(Subtype="Widget", FT="Tx")),
        with_root("StructTreeRoot", named(Type="StructTreeRoot", K=named(S="P"))),
    ],
)
def test_what_only_shows_is_taken(content):
    assert pdfs.check(content) == 1


def test_pages_are_counted_not_believed():
    with refused(Invalid, "too_many_pages", field="file"):
        pdfs.check(pdf(501))
    with refused(Invalid, "no_pages", field="file"):
        pdfs.check(raw(CATALOG, "<< /Type /Pages /Kids [] /Count 7 >>"))
    assert pdfs.check(raw(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 100000 >>")) == 1


def test_a_tree_of_pages_that_turns_in_a_circle_ends():
    with refused(Invalid, "not_a_pdf", field="file"):
        pdfs.check(raw(CATALOG, "<< /Type /Pages /Kids [3 0 R 2 0 R 2 0 R] /Count 3 >>"))


def many(number):
    def change(writer):
        for _ in range(number):
            writer._add_object(ArrayObject())

    return pdf(change=change)


@pytest.mark.parametrize("content", [nested(300), many(pdf_readers.OBJECTS + 1)])
def test_a_document_made_to_break_its_reader_breaks_nothing(content):
    with refused(Invalid, "too_complex", field="file", saying="trop complexe"):
        pdfs.check(content)


def test_lists_that_are_too_deep_even_to_be_read():
    with pytest.raises(Invalid) as caught:
        pdfs.check(nested(100_000))
    assert caught.value.code in {"too_complex", "not_a_pdf"}


def test_ten_thousand_objects_are_read():
    assert pdfs.check(many(10_000)) == 1


def test_a_stream_that_unpacks_without_end_is_stopped():
    packed = zlib.compress(b"\0" * 400_000_000, 9).decode("latin-1")
    head = f"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed)} >>"
    bomb = f"{head}\nstream\n".encode() + packed.encode("latin-1") + b"\nendstream"
    whole = raw(CATALOG, PAGES, "null").replace(b"null", bomb, 1)
    assert len(whole) < 1_000_000
    with pytest.raises(Invalid) as caught:
        pdfs.check(whole)
    assert caught.value.code in {"too_complex", "not_a_pdf"}


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(pdfs, "PATIENCE", 0.001)
    with refused(Invalid, "too_complex", field="file"):
        pdfs.check(pdf())


def test_a_heavy_file_is_refused_as_the_site_has_set_it():
    heavy = pdf() + b" " * (21 * pdfs.MEGABYTE)
    with refused(Invalid, "too_big", field="file", saying="20 Mo"):
        pdfs.check(heavy)
    parameters.change(key="document_megabytes", value=25, by=None, at=NOW)
    assert pdfs.check(heavy) == 1


def test_the_reader_knows_nothing_of_the_house():
    code = f"import runpy, sys; runpy.run_path({pdf_readers.__file__!r}); print('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_names_are_followed_through_references():
    hidden = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    with refused(Invalid, "active_content", field="file"):
        pdfs.check(opening(hidden, by_reference=True))
