"""An HL7 v2 message as segments, fields, repetitions, components and subcomponents.

Our own reader, not python-hl7, because that one takes the encoding characters by position (a doubled backslash in MSH-2
shifts them all), raises ``IndexError`` on a cut header, cannot tell where a segment stands in the text (needed to blank
a field and leave the rest untouched) and reads a line break inside a field as a new segment.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.interop.hl7 import charsets
from amh.interop.hl7.deviations import Code, Deviation, Deviations
from amh.interop.hl7.separators import NULL, Separators, unescaped

_HEADER = re.compile(r"(?<![^\r\n])[ \t]*MSH([^\w\s])([^\r\n]*)")
_EVENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_KIND = re.compile(r"([A-Z][A-Z0-9]{2})(?:[_ ]([A-Z][0-9]{2}))?")
_BREAK = re.compile(r"[\r\n]+")


class Unreadable(Exception):
    """What cannot be read as HL7 v2: the sentence to show, its code, and what to answer (``AR`` or ``AE``)."""

    def __init__(self, sentence: str | Promise, *, code: str, acknowledgment: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.acknowledgment = acknowledgment

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class Sender:
    """Who sent: MSH-3 and MSH-4, on every transport."""

    application: str
    facility: str

    def __str__(self) -> str:
        return f"{self.application} / {self.facility}" if self.facility else self.application


@dataclass(frozen=True)
class Element:
    """One repetition of a field."""

    raw: str
    separators: Separators

    def component(self, number: int, subcomponent: int = 1) -> str:
        """Return the decoded text of a component, ``""`` when it is absent, empty or null."""
        return unescaped(self.raw_component(number, subcomponent), self.separators)

    def raw_component(self, number: int, subcomponent: int = 1) -> str:
        """The component as it was sent, escapes and all, without the spaces around it."""
        part = _nth(_nth(self.raw, self.separators.component, number), self.separators.subcomponent, subcomponent)
        return part.strip()

    def is_null(self, number: int) -> bool:
        return self.raw_component(number) == NULL


@dataclass(frozen=True)
class Segment:
    """A segment; ``fields[n]`` is the raw text of field ``n`` in HL7's own numbering (``fields[0]`` is the name)."""

    fields: tuple[str, ...]
    separators: Separators

    @property
    def name(self) -> str:
        return self.fields[0]

    def raw(self, number: int) -> str:
        return self.fields[number] if number < len(self.fields) else ""

    def repetitions(self, number: int) -> list[Element]:
        """Return the repetitions of a field that hold anything."""
        parts = self.raw(number).split(self.separators.repetition)
        return [Element(part, self.separators) for part in parts if part.strip()]

    def value(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        """Return the decoded text of a component of the first repetition."""
        return Element(self._first(number), self.separators).component(component, subcomponent)

    def is_null(self, number: int) -> bool:
        """Tell whether the sender asks to delete the field (``""``), as opposed to saying nothing of it."""
        return self.raw(number).strip() == NULL

    def _first(self, number: int) -> str:
        raw = self.raw(number)
        return raw if self.name == "MSH" and number < 3 else _nth(raw, self.separators.repetition, 1)


@dataclass(frozen=True)
class Message:
    """A message that could be read: its text, its segments, and what was odd about its envelope."""

    text: str
    charset: str
    separators: Separators
    segments_in_order: tuple[Segment, ...]
    type: str
    trigger: str
    received_at: datetime
    deviations: tuple[Deviation, ...]

    def segments(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments_in_order if segment.name == name]

    def segment(self, name: str) -> Segment:
        """Return the first segment of that name; an empty one when there is none."""
        return next(iter(self.segments(name)), Segment((name,), self.separators))

    def has(self, name: str) -> bool:
        return bool(self.segments(name))

    @property
    def header(self) -> Segment:
        return self.segment("MSH")

    @property
    def sender(self) -> Sender:
        return _sender(self.header)

    @property
    def control_id(self) -> str:
        return self.header.value(10)

    @property
    def structure(self) -> str:
        return self.header.value(9, 3)

    @property
    def processing_id(self) -> str:
        return self.header.value(11).upper()

    @property
    def version(self) -> str:
        return self.header.value(12)


def parse(raw: bytes, *, received_at: datetime) -> Message:
    """Read one message (one piece of ``frames.split``) that came at ``received_at``.

    Raises ``Unreadable`` when there is no MSH segment, or none that says what kind of message it is.
    """
    decoded = charsets.decode(raw)
    separators = separators_of(decoded.text)
    if separators is None:
        raise _unreadable(decoded.text)
    segments = tuple(segment_of(chunk, separators) for chunk in chunks(decoded.text, separators.field))
    deviations = Deviations(decoded.deviations)
    kind, trigger = _kind(segments, deviations)
    header = next(segment for segment in segments if segment.name == "MSH")
    _check_envelope(header, deviations)
    return Message(decoded.text, decoded.charset, separators, segments, kind, trigger, received_at, tuple(deviations))


def separators_of(text: str) -> Separators | None:
    """Return the separators that the first MSH announces, ``None`` when there is no MSH."""
    header = _HEADER.search(text)
    return Separators.announced(header[1], header[2].split(header[1])[0]) if header else None


def chunks(text: str, field: str) -> list[str]:
    """Cut a text where its segments start; joined again, the chunks are the text, character for character.

    A line that does not start with a segment's name is the rest of a field in which the sender left a line break.
    """
    starts = [found.start() for found in _segment_start(field).finditer(text)]
    cuts = [0, *starts, len(text)]
    return [text[start:end] for start, end in itertools.pairwise(cuts) if end > start]


def _unreadable(text: str) -> Unreadable:
    if not text.strip():
        return Unreadable(_("Le message est vide."), code="empty", acknowledgment="AR")
    sentence = _("Aucun segment MSH : ce n’est pas un message HL7 v2.")
    return Unreadable(sentence, code="no_header", acknowledgment="AR")


def segment_of(chunk: str, separators: Separators) -> Segment:
    """Read one chunk; a line break left inside a field is a space."""
    name, *fields = _BREAK.sub(" ", chunk.strip()).split(separators.field)
    start = (name, separators.field) if name == "MSH" else (name,)
    return Segment((*start, *fields), separators)


def _kind(segments: Iterable[Segment], deviations: Deviations) -> tuple[str, str]:
    """Return the type and trigger of MSH-9, or those of EVN-1 where MSH-9 is silent."""
    header, event = (next((s for s in segments if s.name == name), None) for name in ("MSH", "EVN"))
    said = _event(event.value(1)) if event else ""
    written = header.value(9).upper() if header else ""
    found = _KIND.fullmatch(written or ("ADT" if said else ""))
    if not header or not found:
        sentence = _("Le type du message (MSH-9) est absent ou illisible.")
        raise Unreadable(sentence, code="type_unreadable", acknowledgment="AE")
    trigger = _event(header.value(9, 2)) or found[2] or ""
    if not written or (written == "ADT" and not trigger):
        deviations.note(Code.TYPE_MISSING, "MSH-9")
    elif said and trigger != said:
        deviations.note(Code.EVENT_MISMATCH, "EVN-1", said)
    return found[1], trigger or said


def _event(text: str) -> str:
    return text.upper() if _EVENT.fullmatch(text.upper()) else ""


def _check_envelope(header: Segment, deviations: Deviations) -> None:
    encoding = header.raw(2)
    if len(set(encoding)) != len(encoding) or not encoding.startswith(header.separators.encoding):
        deviations.note(Code.SEPARATORS, "MSH-2")
    if not header.value(10):
        deviations.note(Code.CONTROL_ID_MISSING, "MSH-10")
    if not _sender(header).application:
        deviations.note(Code.SENDER_MISSING, "MSH-3")
    if not re.match(r"2\.[1-9]", header.value(12)):
        deviations.note(Code.VERSION, "MSH-12")


def _sender(header: Segment) -> Sender:
    application, facility = (header.value(number) or header.value(number, 2) for number in (3, 4))
    return Sender(application, facility)


def _nth(text: str, separator: str, number: int) -> str:
    parts = text.split(separator, number)
    return parts[number - 1] if number <= len(parts) else ""


@lru_cache(maxsize=32)
def _segment_start(field: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\r\n])[ \t]*[A-Z][A-Z0-9]{{1,3}}(?={re.escape(field)}|[\r\n]|\Z)")
