"""Which files are taken as documents: whole, plain PDF that does nothing by itself (docs/adr/0016)."""

import json
import subprocess
import sys
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import parameters, pdf_readers
from amh.core.errors import Invalid

MOST_PAGES = 500
PATIENCE = 15
"""Seconds after which the reader of a file is stopped; its own limit of computing time comes first."""
MEGABYTE = 1024 * 1024
HEAD = b"%PDF-"
TAIL = b"%%EOF"
BLANK = b" \t\r\n\f\0"

FAULTS: dict[str, str | Promise] = {
    "empty_file": gettext_lazy("Ce fichier est vide. Choisir le document à déposer."),
    "not_a_pdf": gettext_lazy(
        "Ce fichier n’est pas un PDF lisible. L’enregistrer ou le numériser en PDF, puis le déposer."
    ),
    "truncated": gettext_lazy("Ce PDF est coupé : sa fin manque. Le télécharger ou le numériser à nouveau."),
    "encrypted": gettext_lazy("Ce PDF est protégé par un mot de passe. Déposer une copie sans protection."),
    "active_content": gettext_lazy(
        "Ce PDF contient un programme, un formulaire à envoyer ou un fichier joint. "
        "L’imprimer en PDF, puis déposer la copie."
    ),
    "too_many_pages": gettext_lazy("Ce PDF n’a pas entre 1 et 500 pages. Le couper en plusieurs documents."),
    "no_pages": gettext_lazy("Ce PDF n’a aucune page."),
    "too_complex": gettext_lazy(
        "Ce PDF est trop complexe pour être contrôlé. L’imprimer en PDF, puis déposer la copie."
    ),
}


def check(content: bytes) -> int:
    """How many pages the document has. Raises ``Invalid`` beside ``file`` unless it is a PDF that may be kept."""
    most = parameters.value("document_megabytes")
    if len(content) > most * MEGABYTE:
        raise Invalid(_("Ce fichier dépasse %d Mo.") % most, code="too_big", field="file")
    fault = _fault_of_ends(content)
    if fault:
        raise _refused(fault)
    answer = _read(content)
    if "pages" not in answer:
        raise _refused(answer["fault"])
    pages: int = answer["pages"]
    return pages


def _fault_of_ends(content: bytes) -> str | None:
    """What the first and last bytes tell already: nothing may stand before the document, nor after it."""
    if not content:
        return "empty_file"
    if not content.startswith(HEAD):
        return "not_a_pdf"
    return None if content.rstrip(BLANK).endswith(TAIL) else "truncated"


def _read(content: bytes) -> dict[str, Any]:
    """What the reader answers; one that was stopped met a document made to break it."""
    try:
        run = subprocess.run(  # noqa: S603 - our own program, told nothing but a number
            [sys.executable, "-I", pdf_readers.__file__, str(MOST_PAGES)],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "too_complex"}
    return json.loads(run.stdout) if run.returncode == 0 else {"fault": "too_complex"}


def _refused(fault: str) -> Invalid:
    return Invalid(str(FAULTS[fault]), code=fault, field="file")
