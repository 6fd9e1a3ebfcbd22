"""Makes one PDF in a process of its own: what the engine remembers of a long document goes when the process does.

Run as a program: the order on its input, one object of JSON; the bytes of the document on its output. It knows nothing
of the rest of the house, so that it starts at once.
"""

import json
import sys
from datetime import datetime
from typing import Any, Final

import typst

STANDARD: Final = "ua-1"
"""PDF/UA-1: read aloud in order, with its title, language and the heads of its tables."""
NO_GLYPH = "could not be displayed with font"
"""How the engine says that a sign is in no font, which the standard forbids."""


def written(order: dict[str, Any]) -> bytes:
    """The document that was ordered. Raises ``typst.TypstError`` for a template that is wrong.

    A sign that no font has is drawn as a box, in a document that then claims no standard: one name in another script
    must not keep a hospital from printing.
    """
    try:
        return _compiled(order, readable=True)
    except typst.TypstError as fault:
        if NO_GLYPH not in str(fault):
            raise
        return _compiled(order, readable=False)


def _compiled(order: dict[str, Any], *, readable: bool) -> bytes:
    return typst.compile(
        order["template"],
        root=order["root"],
        font_paths=_fonts(order["fonts"]),
        sys_inputs={"facts": order["facts"]},
        pdf_standards=[STANDARD] if readable else [],
        timestamp=datetime.fromisoformat(order["at"]),
    )


def _fonts(folder: str) -> typst.Fonts:
    """The fonts of ``folder``, then those inside the engine for scripts that they lack: Greek, Cyrillic, Hebrew,
    Arabic, Vietnamese. None of the machine, so that a document looks the same everywhere.
    """
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def main() -> None:
    """Answer with the document; what the engine has against a template goes to the errors."""
    try:
        sys.stdout.buffer.write(written(json.load(sys.stdin)))
    except typst.TypstError as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
