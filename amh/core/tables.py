"""Tables for a spreadsheet, which shows every cell as text and runs none."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

from amh.core.answers import LOCKED_DOWN

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """The rows as French spreadsheets read them: UTF-8 said to be so, semicolons, every cell in quotes."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def answer(content: bytes, *, name: str) -> HttpResponse:
    """A table to keep; ``name`` is that of the file, and says nothing of whom it is about."""
    headers = LOCKED_DOWN | {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
