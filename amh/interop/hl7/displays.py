"""A message as people look at it: segment by segment and field by field, the fault marked, nothing left to run wild.

Whatever a sender wrote is bounded here, once, so that a page stays a page: long values are cut, then counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format

from amh.core import dates
from amh.interop.hl7 import lexicon, timestamps
from amh.interop.hl7.deviations import Code
from amh.interop.hl7.messages import Message, Segment

MASK = "•••"
MOST_SEGMENTS, MOST_FIELDS = 60, 120
SHOWN, UNFOLDED = 160, 12_000
"""Signs of a value that stand on the page, and that unfold."""
BUDGET = 120_000
"""Signs of a whole message that unfold."""

_NATIONAL = re.compile(r"(?<!\d)\d{5}(?:\d\d|2[ABab]) ?\d{6}(?: ?\d{2})?(?!\d)")


@dataclass(frozen=True)
class Value:
    """What a field holds: the beginning that stands on the page, all that unfolds, and how long it really is."""

    text: str
    unfolded: str = ""
    length: int = 0
    meaning: str = ""
    masked: bool = False


@dataclass(frozen=True)
class Line:
    """One field of a segment, with what is odd about it; ``at_fault`` when the message was refused for it."""

    place: str
    name: str
    value: Value | None
    oddities: Sequence[str] = ()
    at_fault: bool = False


@dataclass(frozen=True)
class Block:
    """One segment; ``absent`` when it is shown because it is missing."""

    name: str
    title: str
    lines: Sequence[Line]
    oddities: Sequence[str] = ()
    at_fault: bool = False
    absent: bool = False


@dataclass(frozen=True)
class Shown:
    """The whole message; ``left_out`` segments are only counted, ``masked`` when some value is."""

    blocks: Sequence[Block]
    left_out: int
    masked: bool

    @property
    def has_fault(self) -> bool:
        """Whether the fault stands at some place."""
        return any(block.at_fault or any(line.at_fault for line in block.lines) for block in self.blocks)


@dataclass
class Marks:
    """What is to be marked, by place; each is marked where it comes first."""

    fault: str
    oddities: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, fault: str, deviations: Iterable[Sequence[str]]) -> "Marks":
        """Those of a fault and of stored deviations."""
        marks = cls(fault)
        for code, where in deviations:
            marks.oddities[where.split(".")[0]].append(label(code))
        return marks

    @property
    def places(self) -> list[str]:
        """All that is marked, the fault first."""
        return list(dict.fromkeys(filter(None, [self.fault, *self.oddities])))


def label(code: str) -> str:
    """A deviation in words."""
    return str(Code(code).label) if code in Code.values else code


def shown(message: Message, marks: Marks, *, whole: bool) -> Shown:
    """The message, as far as a page can show it; without ``whole``, only what says nothing of the patient."""
    segments = message.segments_in_order
    writer = _Writer(message, marks, whole=whole)
    blocks = [writer.block(segment) for segment in segments[:MOST_SEGMENTS]]
    missing = dict.fromkeys(place.split("-")[0] for place in marks.places)
    blocks += [writer.absent(name) for name in missing if not message.has(name)]
    return Shown(blocks, max(len(segments) - MOST_SEGMENTS, 0), writer.masked)


def text(raw: str) -> Value:
    """What is no message at all, as it came."""
    return _cut(raw, BUDGET)


class _Writer:
    """Writes the blocks of one message, one after the other: a place is marked once, the budget is spent once."""

    def __init__(self, message: Message, marks: Marks, *, whole: bool) -> None:
        self.message, self.marks, self.whole = message, marks, whole
        self.masked = False
        self._left = BUDGET
        self._seen: set[str] = set()

    def block(self, segment: Segment) -> Block:
        name = segment.name[:10]
        first = name not in self._seen
        self._seen.add(name)
        marked = {place for place in self.marks.places if first and place.startswith(f"{name}-")}
        numbers = range(1, min(len(segment.fields), MOST_FIELDS + 1))
        places = {f"{name}-{number}": segment.raw(number).strip() for number in numbers}
        kept = [place for place, raw in places.items() if raw or place in marked]
        kept += sorted(marked - set(places))
        lines = [self._line(place, places.get(place, ""), is_marked=place in marked) for place in kept]
        return self._block(name, lines, first=first)

    def absent(self, name: str) -> Block:
        """A segment that is not there and should be."""
        marked = [place for place in self.marks.places if place.startswith(f"{name}-")]
        return self._block(name, [self._line(place, "", is_marked=True) for place in marked], first=True, absent=True)

    def _block(self, name: str, lines: list[Line], *, first: bool, absent: bool = False) -> Block:
        oddities = self.marks.oddities.get(name, []) if first else []
        title = str(lexicon.SEGMENTS.get(name, ""))
        return Block(name, title, lines, oddities, first and self.marks.fault == name, absent)

    def _line(self, place: str, raw: str, *, is_marked: bool) -> Line:
        return Line(
            place,
            str(lexicon.FIELDS.get(place, "")),
            self._value(place, raw) if raw else None,
            self.marks.oddities.get(place, []) if is_marked else (),
            is_marked and place == self.marks.fault,
        )

    def _value(self, place: str, raw: str) -> Value:
        if place in lexicon.TECHNICAL:
            return self._bounded(place, raw)
        if not self.whole:
            self.masked = True
            return Value(MASK, masked=True)
        return self._bounded(place, _NATIONAL.sub(MASK, raw))

    def _bounded(self, place: str, raw: str) -> Value:
        value = _cut(raw, self._left, _meaning(place, raw, self.message.received_at))
        self._left -= len(value.unfolded)
        return value


def _cut(raw: str, left: int, meaning: str = "") -> Value:
    if len(raw) <= SHOWN:
        return Value(raw, length=len(raw), meaning=meaning)
    return Value(raw[:SHOWN], raw[: min(UNFOLDED, left)], len(raw), meaning)


def _meaning(place: str, raw: str, received_at: datetime) -> str:
    """What a code or an hour means; empty for what speaks for itself."""
    if place in lexicon.MOMENTS:
        at = timestamps.read(raw, received_at=received_at)
        return date_format(dates.local(at), "D. j N Y H:i") if at else ""
    if place == "PID-7":
        return dates.birth(timestamps.birth_date(raw) or "")
    if place in ("MSH-9", "EVN-1", "ZBE-6"):
        return str(lexicon.EVENTS.get(next(iter(re.findall(r"[AZ]\d\d", raw[:20])), ""), ""))
    return str(lexicon.CODES.get(place, {}).get(raw.upper(), ""))


LINE_ENDS = {b"\r\n": "CRLF", b"\r": "CR", b"\n": "LF"}


def line_ends(raw: bytes) -> str:
    """Which line ends the message came with: « CR », or several."""
    found = dict.fromkeys(re.findall(rb"\r\n|\r|\n", raw))
    return " + ".join(LINE_ENDS[end] for end in found)
