"""What is sent of what happens here, kind by kind. The table is the whole of it; ``docs/hl7.md`` is written from it."""

from dataclasses import dataclass

from amh.interop.hl7.table import Kind
from patients.models import AnnouncementKind, MovementKind
from wards.models import BedState

UPDATED = "Z99"
BED_STATUS = "A20"


@dataclass(frozen=True)
class Event:
    """How one kind is told: the event that says it, the one that takes it back, and what changes (ZBE-9).

    ``H`` is where the patient lies, ``HMS`` that and both responsibilities, ``D`` neither.
    """

    trigger: str
    cancel: str
    nature: str


M = MovementKind

EVENTS: dict[Kind, Event] = {
    M.PREADMISSION: Event("A05", "A38", "HMS"),
    M.ADMISSION: Event("A01", "A11", "HMS"),
    M.TRANSFER: Event("A02", "A12", "H"),
    M.LOUNGE: Event("A02", "A12", "H"),
    M.LEAVE: Event("A21", "A52", "D"),
    M.RETURN: Event("A22", "A53", "D"),
    AnnouncementKind.DISCHARGE: Event("A16", "A25", "D"),
    M.DISCHARGE: Event("A03", "A13", "HMS"),
}
"""A death is told by the discharge that follows it; a confirmed departure by the system that announced it."""

CHOSEN = tuple(dict.fromkeys(event.trigger for event in EVENTS.values()))
"""What a receiver may ask for; cancellations and corrections come with what they are about."""

USUAL = ("A02", "A21", "A22", "A16", "A03")
"""What a new receiver is offered: the movements of wards, and not those of an admissions office."""

STRUCTURES = {
    "A05": "ADT_A05",
    "A38": "ADT_A38",
    "A01": "ADT_A01",
    "A11": "ADT_A09",
    "A02": "ADT_A02",
    "A12": "ADT_A12",
    "A21": "ADT_A21",
    "A52": "ADT_A52",
    "A22": "ADT_A21",
    "A53": "ADT_A52",
    "A16": "ADT_A16",
    "A25": "ADT_A21",
    "A03": "ADT_A03",
    "A13": "ADT_A01",
    UPDATED: "ADT_A01",
    BED_STATUS: "ADT_A20",
}
"""MSH-9.3."""

BED_STATES = {
    BedState.FREE: "U",
    BedState.RESERVED: "U",
    BedState.OCCUPIED: "O",
    BedState.LEAVING: "O",
    BedState.CLEANING: "H",
    BedState.CLOSED: "C",
    BedState.BLOCKED: "C",
}
"""NPU-2 (HL7 table 0116). Who keeps a bed is not told, nor why one is blocked."""
