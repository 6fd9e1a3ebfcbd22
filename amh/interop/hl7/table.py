"""Event by event and action by action, what a message does here. The table is the whole of it (IHE PAM France, §5.3.2).

``docs/hl7.md`` is written from it, and a test goes through every cell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from amh.interop.hl7.readings import Action
from patients.models import AnnouncementKind, MovementKind

Kind = MovementKind | AnnouncementKind


class Effect(StrEnum):
    """What a message does; the words are those of ``docs/hl7.md``."""

    INTRODUCE = "makes or corrects the person"
    ENTER = "enters it"
    REWRITE = "rewrites it, enters it when it is not known"
    CORRECT = "rewrites it, quarantine when it is not known"
    STRIKE = "strikes it out"
    COMPLETE = "completes the person and the stay, moves nobody"
    MERGE = "merges the record of MRG-1 into that of PID-3"
    RENUMBER = "gives PID-3 in the place of MRG-1; an INS that is taken away is purged everywhere"
    REATTACH = "gives the stay to the person of PID-3"
    REFUSE = "quarantine"


@dataclass(frozen=True)
class Event:
    """One line of the table: what happened, of which ``kind`` it is here, and the effect of each action of ZBE-4.

    ``struck`` is the kind of what a cancellation strikes out, where it is another one.
    """

    name: str
    effects: Mapping[Action, Effect]
    kind: Kind | None = None
    struck: Kind | None = None


def _told(name: str, kind: Kind, *, struck: Kind | None = None) -> Event:
    """Something that happened, or is to; ``CANCEL`` takes it back."""
    effects = {Action.INSERT: Effect.ENTER, Action.UPDATE: Effect.REWRITE, Action.CANCEL: Effect.STRIKE}
    return Event(name, effects, kind, struck)


def _always(name: str, effect: Effect, kind: Kind | None = None) -> Event:
    return Event(name, dict.fromkeys(Action, effect), kind)


M, N = MovementKind, AnnouncementKind

EVENTS: dict[str, Event] = {
    "A01": _told("Admission", M.ADMISSION),
    "A02": _told("Transfer", M.TRANSFER),
    "A03": _told("Discharge", M.DISCHARGE),
    "A04": _told("Outpatient registered", M.ADMISSION),
    "A05": _told("Pre-admission", M.PREADMISSION),
    "A06": _told("Outpatient becomes inpatient", M.ADMISSION, struck=M.DISCHARGE),
    "A07": _told("Inpatient becomes outpatient", M.DISCHARGE, struck=M.ADMISSION),
    "A08": _always("Update (excluded in France)", Effect.COMPLETE),
    "A11": _always("Cancel admission", Effect.STRIKE, M.ADMISSION),
    "A12": _always("Cancel transfer", Effect.STRIKE, M.TRANSFER),
    "A13": _always("Cancel discharge", Effect.STRIKE, M.DISCHARGE),
    "A14": _told("Pending admission", M.PREADMISSION),
    "A15": _told("Pending transfer", N.TRANSFER),
    "A16": _told("Pending discharge", N.DISCHARGE),
    "A18": _always("Merge (before HL7 2.3.1)", Effect.MERGE),
    "A21": _told("Leave begins", M.LEAVE),
    "A22": _told("Return from leave", M.RETURN),
    "A25": _always("Cancel pending discharge", Effect.STRIKE, N.DISCHARGE),
    "A26": _always("Cancel pending transfer", Effect.STRIKE, N.TRANSFER),
    "A27": _always("Cancel pending admission", Effect.STRIKE, M.PREADMISSION),
    "A28": _always("Person added", Effect.INTRODUCE),
    "A31": _always("Person updated", Effect.INTRODUCE),
    "A34": _always("Merge (before HL7 2.3.1)", Effect.MERGE),
    "A38": _always("Cancel pre-admission", Effect.STRIKE, M.PREADMISSION),
    "A40": _always("Merge", Effect.MERGE),
    "A44": _always("Account moved to another person", Effect.REATTACH),
    "A47": _always("Identifier changed", Effect.RENUMBER),
    "A52": _always("Cancel leave", Effect.STRIKE, M.LEAVE),
    "A53": _always("Cancel return", Effect.STRIKE, M.RETURN),
    "A54": _told("Attending physician changed", N.PHYSICIAN),
    "A55": _always("Cancel change of physician", Effect.STRIKE, N.PHYSICIAN),
    "Z99": Event(
        "Movement updated",
        {Action.INSERT: Effect.CORRECT, Action.UPDATE: Effect.CORRECT, Action.CANCEL: Effect.REFUSE},
    ),
}
"""What is not here is acknowledged and ignored."""

CANCELS = frozenset(trigger for trigger, event in EVENTS.items() if set(event.effects.values()) == {Effect.STRIKE})
UPDATES = frozenset({"A08", "A31", "Z99"})
INSERTS = frozenset(trigger for trigger, event in EVENTS.items() if event.effects[Action.INSERT] == Effect.ENTER)
OF_MOVEMENT = CANCELS | INSERTS | {"Z99"}
"""Triggers by what they imply when ZBE-4 says nothing."""


def original(trigger: str) -> Kind | None:
    """The kind that an event enters: what ZBE-6 of an update is about."""
    return EVENTS[trigger].kind if trigger in INSERTS else None


def cells() -> Iterator[tuple[str, Action, Effect]]:
    """Every event and action, with its effect."""
    for trigger, event in EVENTS.items():
        for action, effect in event.effects.items():
            yield trigger, action, effect
