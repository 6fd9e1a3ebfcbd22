"""Reads a PDF that nobody knows, in a process of its own that has little memory and little time.

Run as a program: the bytes on its input, the verdict on its output, one line of JSON. It knows nothing of the rest of
the house, so that it starts at once and so that a document which breaks it breaks nothing else.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MEMORY = 768 * 1024 * 1024
SECONDS = 10
OBJECTS = 50_000
DEPTH = 200
"""How deep lists and dictionaries may lie in each other inside one object."""

ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
ACTIVE_TYPES = {"/EmbeddedFile", "/Rendition"}
ACTIVE_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/Projection"}
ACTIVE_ACTIONS = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/Rendition", "/Movie"),
    *("/Sound", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/GoToDp"),
}
ACTIONS = {"/GoTo", "/URI", "/Named", "/Thread"}
"""What a press may do: show another page of the same document, or open a link whose address the browser tells."""
LINKS = ("http://", "https://", "mailto:", "tel:")


class Fault(Exception):
    """Why the document is not taken, as a code."""


def verdict(content: bytes, *, most_pages: int) -> int:
    """How many pages the document has. Raises ``Fault``, or whatever a broken document makes the reader raise."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    if reader.is_encrypted:
        raise Fault("encrypted")
    for found in _objects(reader):
        _check_inert(found)
    pages = _count(reader)
    if not 0 < pages <= most_pages:
        raise Fault("too_many_pages" if pages else "no_pages")
    return pages


def _objects(reader: PdfReader) -> Iterator[Any]:
    """The trailer and every object of the document, each with all that lies directly in it."""
    known = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers if number}
    known |= {(number, 0) for number in reader.xref_objStm}
    if len(known) > OBJECTS:
        raise Fault("too_complex")
    yield from _within(reader.trailer)
    for number, generation in sorted(known):
        yield from _within(IndirectObject(number, generation, reader).get_object())


def _within(top: Any) -> Iterator[DictionaryObject]:
    """Every dictionary in an object; references are not followed: each object is looked at once."""
    waiting = [(top, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEPTH:
            raise Fault("too_complex")
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [(value, depth + 1) for value in dict.values(one)]
        elif isinstance(one, ArrayObject):
            waiting += [(value, depth + 1) for value in list.__iter__(one)]


def _check_inert(found: DictionaryObject) -> None:
    """Raise ``Fault`` for what acts by itself, plays, carries a file, or does more on a press than show a page."""
    action, kind = _value(found, "/S"), _value(found, "/Type")
    if (
        ACTIVE_KEYS & found.keys()
        or kind in ACTIVE_TYPES
        or _value(found, "/Subtype") in ACTIVE_ANNOTATIONS
        or action in ACTIVE_ACTIONS
        or (kind == "/Action" and action not in ACTIONS)
        or (action == "/URI" and not _is_link(found))
        or not _opens_calmly(found)
    ):
        raise Fault("active_content")


def _is_link(found: DictionaryObject) -> bool:
    return str(_value(found, "/URI")).strip().lower().startswith(LINKS)


def _opens_calmly(found: DictionaryObject) -> bool:
    """Tell whether a document opens at a page of its own and does nothing else."""
    opening = _value(found, "/OpenAction")
    return not isinstance(opening, DictionaryObject) or _value(opening, "/S") == "/GoTo"


def _value(found: DictionaryObject, key: str) -> Any:
    """The value under ``key``, followed where it is a reference, which ``get`` would not do."""
    return found[key] if key in found else None  # noqa: SIM401


def _count(reader: PdfReader) -> int:
    """The pages that the tree really holds: the number that it claims may be anything."""
    root: Any = reader.trailer["/Root"]
    waiting, seen, pages = [root["/Pages"]], set(), 0
    while waiting:
        node = waiting.pop()
        kids = node.get("/Kids")
        if kids is None:
            pages += 1
            continue
        for kid in list.__iter__(kids):
            if not isinstance(kid, IndirectObject) or kid.idnum in seen:
                raise Fault("not_a_pdf")
            seen.add(kid.idnum)
            waiting.append(kid.get_object())
    return pages


def main() -> None:
    """Answer ``{"pages": 3}`` or ``{"fault": "encrypted"}``; the limits of the process are the last resort."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer: dict[str, Any] = {"pages": verdict(sys.stdin.buffer.read(), most_pages=int(sys.argv[1]))}
    except Fault as fault:
        answer = {"fault": str(fault)}
    except (MemoryError, RecursionError):
        answer = {"fault": "too_complex"}
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError):
        answer = {"fault": "not_a_pdf"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
