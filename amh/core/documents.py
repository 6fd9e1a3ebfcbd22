"""What is printed or sent: a typst template and its facts become the bytes of a PDF, the same for the same facts.

Facts travel as JSON beside the template, never inside it: whatever somebody once typed stays text. Templates read
nothing outside the folder of templates, and need no network.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
FONTS = settings.BASE_DIR / "static" / "fonts"
WRITER = Path(__file__).with_name("pdf_writers.py")
PATIENCE = 60
"""Seconds after which the writer is stopped: a board of 3 000 beds takes three."""


class TemplateError(Exception):
    """A template that cannot be made into a document, with what the engine says of it."""


def pdf(template: str, facts: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document that ``template`` (``<app>/documents/<name>.typ``) makes of ``facts``, dated ``at``.

    The template finds the facts by ``json(bytes(sys.inputs.facts))``. Raises ``TemplateError`` for one that is wrong,
    ``subprocess.TimeoutExpired`` for one that comes to no end.
    """
    order = {
        "template": str(TEMPLATES / template),
        "root": str(TEMPLATES),
        "fonts": str(FONTS),
        "facts": json.dumps(facts, sort_keys=True),
        "at": at.astimezone(UTC).replace(microsecond=0).isoformat(),
    }
    run = subprocess.run(  # noqa: S603 - our own program, told nothing on its command line
        [sys.executable, "-I", WRITER],
        input=json.dumps(order).encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if run.returncode != 0:
        raise TemplateError(run.stderr.decode(errors="replace"))
    return run.stdout
