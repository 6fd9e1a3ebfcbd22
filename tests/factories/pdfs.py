"""PDF files: plain ones, and those that must not be taken."""

from collections.abc import Callable
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

Change = Callable[[PdfWriter], object]


def pdf(pages: int = 1, *, change: Change | None = None, title: str = "") -> bytes:
    """A PDF of blank pages; ``title`` makes its bytes its own, ``change`` adds to it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": title})
    if change:
        change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def named(**values: object) -> DictionaryObject:
    """A dictionary whose keys are names, its strings too: ``named(S="JavaScript")``."""
    return DictionaryObject({NameObject(f"/{key}"): _value(value) for key, value in values.items()})


def _value(value: object) -> object:
    match value:
        case bytes():
            return TextStringObject(value.decode())
        case str():
            return NameObject(f"/{value}")
        case list():
            return ArrayObject([_value(each) for each in value])
        case int():
            return NumberObject(value)
    return value


def opening(action: DictionaryObject | ArrayObject, *, by_reference: bool = False) -> bytes:
    """A PDF that does ``action`` when it is opened."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action) if by_reference else action

    return pdf(change=change)


def with_link(address: str) -> bytes:
    """A PDF with a link to ``address``."""
    return annotated(named(Subtype="Link", Rect=[0, 0, 9, 9], A=named(S="URI", URI=address.encode())))


def annotated(annotation: DictionaryObject) -> bytes:
    """A PDF with this on its first page."""

    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])

    return pdf(change=change)


def with_root(key: str, value: object) -> bytes:
    """A PDF whose catalogue holds ``value`` under ``key``."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject(f"/{key}")] = _value(value)

    return pdf(change=change)


def holding(content: bytes) -> bytes:
    """A PDF in which these bytes stand as they are."""

    def change(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream.set_data(content)
        writer._add_object(stream)

    return pdf(change=change)


def nested(depth: int) -> bytes:
    """A PDF with lists in lists in lists."""

    deep = b"[" * depth + b"]" * depth
    return raw(f"<< /Type /Catalog /Pages 2 0 R /Deep {deep.decode()} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")


def raw(catalog: str, pages: str, *more: str) -> bytes:
    """A PDF from the text of its objects: the catalogue (1), the tree of pages (2), one page (3), ``more`` (4 …)."""
    texts = [catalog, pages, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", *more]
    out, places = b"%PDF-1.7\n", []
    for number, text in enumerate(texts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(texts) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer\n<< /Size {len(texts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
