"""The structure of a hospital as a location master file: MFN^M05, segments MFE, LOC, LCH and LDP (HL7 2.5 §8.8)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from amh.interop.hl7 import charsets, messages
from amh.interop.hl7.messages import Segment
from wards.rules.structures import BED_KINDS, UNIT_KINDS, Row, folded

REMOVALS = {"MDL", "MDC"}
UNIT_WORDS = (("LCH", 5), ("LDP", 2), ("LDP", 3), ("LOC", 9), ("LOC", 3))
BED_WORDS = (("LCH", 5), ("LOC", 3))
"""Fields that may say of what kind a unit or a bed is, the most precise first."""
_HEAD = re.compile(rb"[\x00\x0b\s]*(?:\xef\xbb\xbf)?[\x0b\s]*(?:FHS|BHS|MSH)[^\w\s]")
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Reading:
    """The rows of a master file, and how many of its entries were left aside: withdrawals and inactive places."""

    rows: list[Row]
    left_aside: int


def is_hl7(raw: bytes) -> bool:
    """Tell whether a file starts as HL7 v2 does."""
    return _HEAD.match(raw) is not None


def read(raw: bytes) -> Reading:
    """Return a row for each location of the messages in ``raw``; the line is that of its LOC segment."""
    numbered = _numbered(charsets.decode(raw).text)
    strangers = [line for line, segment in numbered if segment.name == "MSH" and not _is_master_file(segment)]
    if strangers or not numbered:
        fault = _("ce message HL7 n’est pas un fichier de structure (MFN^M05)")
        return Reading([Row(line, fault=fault) for line in strangers or [1]], left_aside=0)
    entries = [entry for entry in _entries(numbered) if any(segment.name == "LOC" for _line, segment in entry)]
    if not entries:
        return Reading([Row(1, fault=_("aucun lieu dans ce message (segments LOC)"))], left_aside=0)
    rows = [_row(entry) for entry in entries if not _is_withdrawn(entry)]
    return Reading(rows, left_aside=len(entries) - len(rows))


Entry = list[tuple[int, Segment]]


def _numbered(text: str) -> Entry:
    """Cut a file into segments, each with the number of its line."""
    separators = messages.separators_of(text)
    if separators is None:
        return []
    line, numbered = 1, []
    for chunk in messages.chunks(text, separators.field):
        if chunk.strip():
            numbered.append((line, messages.segment_of(chunk, separators)))
        line += len(_BREAK.findall(chunk))
    return numbered


def _is_master_file(header: Segment) -> bool:
    return (header.value(9).upper(), header.value(9, 2).upper()) in {("MFN", "M05"), ("MFN", "")}


def _entries(numbered: Entry) -> Iterable[Entry]:
    """Cut at each MFE, and at a LOC that no MFE announces."""
    entry: Entry = []
    for line, segment in numbered:
        has_place = any(other.name == "LOC" for _line, other in entry)
        if segment.name in ("MSH", "MFE") or (segment.name == "LOC" and has_place):
            yield entry
            entry = []
        entry.append((line, segment))
    yield entry


def _is_withdrawn(entry: Entry) -> bool:
    removed = any(segment.name == "MFE" and segment.value(1).upper() in REMOVALS for _line, segment in entry)
    departments = [segment for _line, segment in entry if segment.name == "LDP"]
    return removed or (bool(departments) and all(segment.value(6).upper() == "I" for segment in departments))


def _row(entry: Entry) -> Row:
    """Read one location: PL of LOC-1 (unit, room, bed), its label, its kind where one of the segments says it."""
    line, place = next((line, segment) for line, segment in entry if segment.name == "LOC")
    unit, room, bed = (place.value(1, number) for number in (1, 2, 3))
    is_unit = not room and not bed
    return Row(
        line,
        unit_code=unit,
        unit_name=place.value(2) if is_unit else "",
        unit_kind=_kind(entry, UNIT_WORDS, UNIT_KINDS) if is_unit else "",
        room=room,
        bed=bed,
        bed_kind=_kind(entry, BED_WORDS, BED_KINDS) if bed else "",
    )


def _kind(entry: Entry, fields: Iterable[tuple[str, int]], kinds: Mapping[str, str]) -> str:
    """Return the first code or label of these fields that names a kind, ``""`` when none does."""
    words = (
        element.component(number)
        for name, field in fields
        for _line, segment in entry
        if segment.name == name
        for element in segment.repetitions(field)
        for number in (1, 2)
    )
    return next((word for word in words if folded(word) in kinds), "")
