"""The movement: ZBE → facts, or the event and its times when a sender has no ZBE (PAM-2 to PAM-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from amh.interop.hl7 import fields, table, timestamps
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Message, Segment
from amh.interop.hl7.readings import Action, MovementFacts

_OWN_TIME = {"A01": 44, "A03": 45}


@dataclass(frozen=True)
class _Movement:
    """ZBE with its fields where the profile puts them."""

    segment: Segment
    shifted: bool

    def number(self, number: int) -> int:
        return number + 1 if self.shifted and number >= 4 else number

    def value(self, number: int) -> str:
        return self.segment.value(self.number(number))


def is_shifted(segment: Segment) -> bool:
    """Tell whether a ZBE segment is one field too far to the right: the action stands in ZBE-5."""
    actions = set(Action)
    return segment.value(4).upper() not in actions and segment.value(5).upper() in actions


def read(message: Message, deviations: Deviations) -> MovementFacts:
    """Read the movement; without ZBE its identifier is empty, its time and action come from the event."""
    segment = message.segment("ZBE")
    movement = _Movement(segment, shifted=is_shifted(segment))
    action = _action(message, movement, deviations)
    facts = MovementFacts(
        movement_id=segment.value(1),
        movement_domain=segment.value(1, 2) or segment.value(1, 3),
        effective_at=_effective_at(message, movement, deviations),
        action=action,
        historic=movement.value(5).upper() == "Y",
        original_trigger=movement.value(6).upper(),
        medical_uf=fields.functional_unit(segment, movement.number(7)),
        care_uf=fields.functional_unit(segment, movement.number(8)),
        nature=movement.value(9).upper(),
        shifted=movement.shifted,
    )
    _check(message, facts, deviations)
    return facts


def _action(message: Message, movement: _Movement, deviations: Deviations) -> Action:
    implied = _implied(message.trigger)
    said = movement.value(4).upper()
    if said not in set(Action):
        if message.has("ZBE"):
            deviations.note(Code.ACTION_DERIVED, "ZBE-4")
        return implied
    if Action.CANCEL in (said, implied) and said != implied and message.trigger not in ("A06", "A07"):
        # A cancellation always beats what it cancels, whichever of the two says it.
        deviations.note(Code.ACTION_CONTRADICTION, "ZBE-4", said)
        return Action.CANCEL
    return Action(said)


def _implied(trigger: str) -> Action:
    if trigger in table.CANCELS:
        return Action.CANCEL
    return Action.UPDATE if trigger in table.UPDATES else Action.INSERT


def _effective_at(message: Message, movement: _Movement, deviations: Deviations) -> datetime | None:
    if movement.shifted:
        found = _realigned(message, movement.segment, deviations)
    else:
        found = fields.moment(message, "ZBE", 2, deviations)
        if found and timestamps.is_day(movement.segment.value(2)):
            deviations.note(Code.EFFECTIVE_TIME_DAY, "ZBE-2")
    return found or _fallback(message, deviations)


def _realigned(message: Message, segment: Segment, deviations: Deviations) -> datetime | None:
    """Return the time of a shifted ZBE: ZBE-3 if the shift began before it, unless that lies after the message itself.

    A movement cannot be told two years ahead: such a ZBE-3 is something else, and ZBE-2 was in its place.
    """
    sent, later = (
        timestamps.read(text, received_at=message.received_at) for text in (message.header.value(7), segment.value(3))
    )
    plausible = later and (sent is None or later <= sent + timedelta(days=1))
    return later if plausible else fields.moment(message, "ZBE", 2, deviations)


def _fallback(message: Message, deviations: Deviations) -> datetime | None:
    places = [("EVN", 6), ("EVN", 2), ("MSH", 7)]
    if message.trigger in _OWN_TIME:
        places.insert(1, ("PV1", _OWN_TIME[message.trigger]))
    for name, number in places:
        found = fields.moment(message, name, number, deviations)
        if found:
            if message.has("ZBE"):
                deviations.note(Code.EFFECTIVE_TIME_DERIVED, "ZBE-2", f"{name}-{number}")
            return found
    deviations.note(Code.EFFECTIVE_TIME_MISSING, "EVN-2")
    return None


def _check(message: Message, facts: MovementFacts, deviations: Deviations) -> None:
    if not message.has("ZBE"):
        if message.trigger in table.OF_MOVEMENT:
            deviations.note(Code.MOVEMENT_MISSING, "ZBE")
        return
    if facts.shifted:
        deviations.note(Code.MOVEMENT_SHIFTED, "ZBE-4")
    if not facts.movement_id:
        deviations.note(Code.MOVEMENT_ID_MISSING, "ZBE-1")
    if facts.action != Action.INSERT and not facts.original_trigger:
        deviations.note(Code.ORIGINAL_EVENT_MISSING, "ZBE-6")
