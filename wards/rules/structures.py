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
    UnitKind.DAY_SURGERY: "day surgery, aca, uca, ambu, ambulatoire, chirurgie ambulatoire, anesthesie et chirurgie ambulatoires",
    UnitKind.PALLIATIVE: "palliative, usp, sp, lisp, palliatif, soins palliatifs, unite de soins palliatifs",
    UnitKind.BRACHYTHERAPY: "brachytherapy, cur, curie, curietherapie, iratherapie",
    UnitKind.THEATRE: "theatre, bloc, bloc operatoire, sspi, salle de reveil",
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
LENGTHS = {"unit_code": (Unit, "code"), "unit_name": (Unit, "name"), "room": (Room, "label"), "bed": (Bed, "label")}


def folded(word: str) -> str:
    """Return the word without accents, capitals or punctuation."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def check_rows(rows: Iterable[Row]) -> None:
    """Raise ``Faulty`` naming every bad line: unreadable, incomplete, too long, unknown kind, said twice or otherwise."""
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
    for name, (model, attribute) in LENGTHS.items():
        text, limit = getattr(row, name), model._meta.get_field(attribute).max_length
        if len(text) > limit:
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
        facts = {"unit": row.unit_code}
        if row.bed and (before := self._other(("bed", row.unit_code, row.room or row.bed, row.bed), f"{row.line}")):
            return _("ce lit est déjà décrit à la ligne %d") % before
        if row.unit_name and (before := self._other(("name", row.unit_code), row.unit_name)):
            return _("l’unité %(unit)s a un autre nom à la ligne %(line)d") % {**facts, "line": before}
        if row.unit_kind and (before := self._other(("kind", row.unit_code), UNIT_KINDS[folded(row.unit_kind)])):
            return _("l’unité %(unit)s a un autre type à la ligne %(line)d") % {**facts, "line": before}
        return ""

    def _other(self, key: tuple[str, ...], value: str) -> int:
        """Return the line that said something else of ``key``, 0 when none did; this line is kept otherwise."""
        first, line = self.said.setdefault(key, (value, -1))
        return 0 if first == value else line
