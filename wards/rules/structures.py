"""What the lines of a structure must be before any of them is brought in; each fault is said with its line."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amh.core.errors import Invalid
from wards.models import Bed, BedKind, Room, Unit, UnitKind

UNIT_WORDS: dict[str, str] = {
    UnitKind.INPATIENT: "inpatient, hc, hospitalisation complete, hospitalisation, hospi, complete, mco, service",
    UnitKind.DAY_HOSPITAL: "day hospital, hdj, hj, hopital de jour, hopital jour",
    UnitKind.DAY_SURGERY: "day surgery, aca, uca, ambu, ambulatoire, chirurgie ambulatoire",
    UnitKind.PALLIATIVE: "palliative, usp, sp, lisp, palliatif, soins palliatifs, unite de soins palliatifs",
    UnitKind.BRACHYTHERAPY: "brachytherapy, cur, curie, curietherapie, iratherapie",
    UnitKind.THEATRE: "theatre, bloc, bloc operatoire, sspi, salle de reveil",
    UnitKind.HOME_CARE: "home care, had, hospitalisation a domicile, domicile",
    UnitKind.LOUNGE: "lounge, salon, salon de sortie, salon des sortants",
}
BED_WORDS: dict[str, str] = {
    BedKind.BED: "bed, lit, lits, l, b",
    BedKind.CHAIR: "chair, fauteuil, fauteuils, f",
    BedKind.PLACE: "place, places, p, poste, brancard",
}


@dataclass(frozen=True)
class Row:
    """One line of a structure, its words as written. Without a bed it describes the unit or the room alone.

    Without a room the bed gives the room its label. ``fault`` says why the line could not be read, when it could not.
    """

    line: int
    unit_code: str = ""
    unit_name: str = ""
    unit_kind: str = ""
    room: str = ""
    bed: str = ""
    bed_kind: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line."""

    line: int
    sentence: str


class Faulty(Invalid):
    """A structure that has bad lines: nothing of it is brought in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        count = len(faults)
        sentence = ngettext(
            "%d ligne est fautive : rien n’a été importé.", "%d lignes sont fautives : rien n’a été importé.", count
        )
        super().__init__(sentence % count, code="bad_lines")
        self.faults = faults


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {word.strip(): kind for kind, said in words.items() for word in said.split(",")}


UNIT_KINDS = _by_word(UNIT_WORDS)
BED_KINDS = _by_word(BED_WORDS)
LENGTHS: dict[str, int | None] = {
    "unit_code": Unit.code.field.max_length,
    "unit_name": Unit.name.field.max_length,
    "room": Room.label.field.max_length,
    "bed": Bed.label.field.max_length,
}


def folded(word: str) -> str:
    """Return the word without accents, capitals or punctuation."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def unit_kind(row: Row) -> str:
    """The kind of unit that the line says, ``""`` when it says none."""
    return UNIT_KINDS.get(folded(row.unit_kind), "")


def bed_kind(row: Row) -> str:
    """The kind of bed that the line says, ``""`` when it says none."""
    return BED_KINDS.get(folded(row.bed_kind), "")


def check_rows(rows: Iterable[Row]) -> None:
    """Raise ``Faulty`` naming every bad line: unreadable, incomplete, too long, unknown, said twice or otherwise."""
    seen = _Seen()
    faults = [Fault(row.line, sentence) for row in rows if (sentence := _own(row) or seen.contradiction(row))]
    if faults:
        raise Faulty(faults)


def _own(row: Row) -> str:
    """Say what is wrong with a line by itself, ``""`` when nothing is."""
    if row.fault:
        return row.fault
    if not row.unit_code:
        return _("code d’unité manquant")
    if folded(row.unit_kind) not in {"", *UNIT_KINDS}:
        return _("type d’unité inconnu : « %s »") % row.unit_kind
    if folded(row.bed_kind) not in {"", *BED_KINDS}:
        return _("type de lit inconnu : « %s »") % row.bed_kind
    return _length(row)


def _length(row: Row) -> str:
    for name, limit in LENGTHS.items():
        text = getattr(row, name)
        if limit is not None and len(text) > limit:
            return _("« %(name)s » dépasse %(limit)d caractères") % {"name": name, "limit": limit}
        if not text.isprintable():
            return _("« %s » contient un caractère illisible") % name
    return ""


class _Seen:
    """What the lines above said, against which each line is held."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, ...], tuple[str, int]] = {}

    def contradiction(self, row: Row) -> str:
        """Say how a line contradicts or repeats one above it, ``""`` when it does not."""
        unit, kind = row.unit_code, unit_kind(row)
        if row.bed and (before := self._other(("bed", unit, row.room or row.bed, row.bed), str(row.line), row.line)):
            return _("ce lit est déjà décrit à la ligne %d") % before
        if row.unit_name and (before := self._other(("name", unit), row.unit_name, row.line)):
            return _("l’unité %(unit)s a un autre nom à la ligne %(line)d") % {"unit": unit, "line": before}
        if kind and (before := self._other(("kind", unit), kind, row.line)):
            return _("l’unité %(unit)s a un autre type à la ligne %(line)d") % {"unit": unit, "line": before}
        return ""

    def _other(self, key: tuple[str, ...], value: str, line: int) -> int:
        """Return the line that said something else of ``key``, 0 when none did."""
        first, where = self.said.setdefault(key, (value, line))
        return 0 if first == value else where
