"""What is printed or sent: a typst template and its facts become the bytes of a PDF, the same for the same facts.

Facts travel as JSON beside the template, never inside it: whatever somebody once typed stays text. Templates read
nothing outside the folder of templates, and need no network.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import typst
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
FONTS = settings.BASE_DIR / "static" / "fonts"
STANDARD: Final = "ua-1"
"""PDF/UA-1: read aloud in order, with its title, language and the heads of its tables."""


def pdf(template: str, facts: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document that ``template`` (``<app>/documents/<name>.typ``) makes of ``facts``, dated ``at``.

    The template finds the facts by ``json(bytes(sys.inputs.facts))``. Raises ``typst.TypstError`` for a template that
    is wrong.
    """
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"facts": json.dumps(facts, sort_keys=True)},
        pdf_standards=[STANDARD],
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )


@cache
def _fonts() -> typst.Fonts:
    """The committed fonts and no other: a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
