"""The French profile to the letter: what an ADT message does otherwise than IHE PAM France 2.11 wants.

Nothing here refuses or changes anything: messages are read whatever they do, and told apart in a report.
"""

from collections.abc import Iterator

from amh.interop.hl7 import table
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Element, Message, Segment
from amh.interop.hl7.readings import Action, MovementFacts

VERSION = "2.5^FRA^2.11"
PROFILE = ("2.11", "IHE_FRANCE-2.11-PAM")
CHARSETS = frozenset({"", "8859/15", "UNICODE UTF-8"})
IDENTITY_EVENTS = frozenset({"A28", "A31", "A40", "A47"})
EVENTS = frozenset(table.EVENTS) - {"A08", "A18", "A34"}
"""Events of the profile (PAM-1): those of the table, but for what other countries or older versions send."""

PRIOR_EVENTS = frozenset({"A40", "A44", "A47"})
CLASSES = frozenset({"E", "I", "N", "O", "R"})
BED_STATUSES = frozenset({"", "O", "U"})
NAME_TYPES = frozenset({"L", "D", "S"})
STATUSES = frozenset({"PROV", "VALI"})
NATURES = frozenset({"S", "H", "M", "L", "D", "SM", "SH", "MH", "LD", "HMS", "C"})

Found = Iterator[tuple[Code, str]]


def check(message: Message, movement: MovementFacts, deviations: Deviations) -> None:
    """Note what the message does otherwise than the profile; what is absent altogether was noted while it was read."""
    if message.trigger not in EVENTS:
        deviations.note(Code.EVENT_NOT_FRENCH, "MSH-9", message.trigger)
    for code, where in (*_header(message.header), *_patient(message), *_visit(message), *_movement(message, movement)):
        deviations.note(code, where)


def _header(header: Segment) -> Found:
    if header.raw(12).strip() != VERSION:
        yield Code.VERSION_NOT_FRENCH, "MSH-12"
    if PROFILE not in [(one.component(1), one.component(2)) for one in header.repetitions(21)]:
        yield Code.PROFILE_UNNAMED, "MSH-21"
    if header.value(18).upper() not in CHARSETS:
        yield Code.CHARSET_NOT_FRENCH, "MSH-18"


def _patient(message: Message) -> Found:
    if message.trigger in PRIOR_EVENTS and not message.segment("MRG").value(1):
        yield Code.PRIOR_MISSING, "MRG-1"
    if not message.has("PID"):
        return
    segment = message.segment("PID")
    identifiers = [one for one in segment.repetitions(3) if one.component(1)]
    if not all(_has_domain(one, 4) for one in identifiers):
        yield Code.IDENTIFIER_DOMAIN, "PID-3.4"
    if {bool(one.component(5)) for one in identifiers} == {True, False}:
        yield Code.IDENTIFIER_TYPE, "PID-3.5"
    if any(one.component(7).upper() not in NAME_TYPES for one in segment.repetitions(5)):
        yield Code.NAME_TYPE, "PID-5.7"
    if not STATUSES & {one.component(1).upper() for one in segment.repetitions(32)}:
        yield Code.RELIABILITY_MISSING, "PID-32"


def _has_domain(element: Element, number: int) -> bool:
    return bool(element.component(number) or element.component(number, 2))


def _visit(message: Message) -> Found:
    if not message.has("PV1") or message.trigger in IDENTITY_EVENTS:
        return
    visit = message.segment("PV1")
    if visit.value(2).upper() not in CLASSES:
        yield Code.PATIENT_CLASS, "PV1-2"
    if visit.value(3, 5).upper() not in BED_STATUSES:
        yield Code.BED_STATUS, "PV1-3.5"


def _movement(message: Message, movement: MovementFacts) -> Found:
    if not message.has("ZBE"):
        return
    segment = message.segment("ZBE")
    if movement.movement_id and not (segment.value(1, 2) or segment.value(1, 3)):
        yield Code.MOVEMENT_DOMAIN, "ZBE-1.2"
    if movement.shifted:
        return
    if segment.value(5).upper() not in ("Y", "N"):
        yield Code.HISTORIC_MISSING, "ZBE-5"
    if movement.original_trigger and movement.original_trigger not in table.INSERTS:
        yield Code.ORIGINAL_EVENT_UNKNOWN, "ZBE-6"
    yield from _action(message, segment)
    yield from _nature(segment, movement)


def _nature(segment: Segment, movement: MovementFacts) -> Found:
    for number in (7, 8):
        if any(not one.component(10) for one in segment.repetitions(number)):
            yield Code.UF_CODE, f"ZBE-{number}.10"
    if movement.nature not in NATURES:
        yield (Code.NATURE_UNKNOWN if movement.nature else Code.NATURE_MISSING), "ZBE-9"


def _action(message: Message, segment: Segment) -> Found:
    said = segment.value(4).upper()
    if message.trigger == "Z99" and said in (Action.INSERT, Action.CANCEL):
        yield Code.UPDATE_ACTION, "ZBE-4"
    elif message.trigger != "Z99" and said == Action.UPDATE:
        yield Code.UPDATE_EVENT, "ZBE-4"
