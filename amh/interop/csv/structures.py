"""The structure of a hospital as a spreadsheet saves it: one bed a line, UTF-8 or Latin-1, comma or semicolon."""

import csv

from django.utils.translation import gettext as _

from wards.rules.structures import Row, folded

COLUMNS = ("unit_code", "unit_name", "unit_kind", "room", "bed", "bed_kind")
BOM = b"\xef\xbb\xbf"


def read(raw: bytes) -> list[Row]:
    """Return a row for each line that is not blank; one that cannot be read carries its fault.

    A file without a usable header is one faulty row.
    """
    lines = [(number, line) for number, line in enumerate(_lines(raw), start=1) if line is None or line.strip(' ,;\t"')]
    if not lines:
        return [Row(1, fault=_("le fichier est vide"))]
    number, header = lines[0]
    separator = _separator(header or "")
    names = [folded(name).replace(" ", "_") for name in _cells(header or "", separator) or []]
    fault = _header_fault(names)
    if fault:
        return [Row(number, fault=fault)]
    return [_row(number, line, names, separator) for number, line in lines[1:]]


def _lines(raw: bytes) -> list[str | None]:
    """Cut and decode the file; a line that the file's character set does not allow is ``None``."""
    lines = raw.removeprefix(BOM).splitlines()
    is_utf8 = raw.startswith(BOM) or any(not line.isascii() and _decoded(line, "utf-8") is not None for line in lines)
    return [_decoded(line, "utf-8" if is_utf8 else "cp1252") for line in lines]


def _decoded(line: bytes, charset: str) -> str | None:
    try:
        return line.decode(charset)
    except UnicodeDecodeError:
        return None


def _separator(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _cells(line: str, separator: str) -> list[str] | None:
    """Cut a line into cells with single spaces; ``None`` when its quotes do not match."""
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return [" ".join(cell.split()) for cell in cells]


def _header_fault(names: list[str]) -> str:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        return _("en-tête : il manque %s") % ", ".join(missing)
    twice = [name for name in COLUMNS if names.count(name) > 1]
    return _("en-tête : %s deux fois") % ", ".join(twice) if twice else ""


def _row(number: int, line: str | None, names: list[str], separator: str) -> Row:
    cells = _cells(line, separator) if line is not None else None
    if line is None:
        return Row(number, fault=_("caractères illisibles"))
    if cells is None:
        return Row(number, fault=_("guillemets mal fermés"))
    if len(cells) != len(names):
        return Row(number, fault=_("%(found)d colonnes au lieu de %(due)d") % {"found": len(cells), "due": len(names)})
    said = {name: cell for name, cell in zip(names, cells, strict=True) if name in COLUMNS}
    fault = _("lit manquant") if said["unit_code"] and not said["bed"] else ""
    return Row(number, **said, fault=fault)
