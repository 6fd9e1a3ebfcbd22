"""An ADT message → what it says (IHE PAM, French extension 2.11): read leniently, reported strictly."""

from amh.interop.hl7 import fields, identities, movements, profile, redaction, relations, table, visits
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Message
from amh.interop.hl7.readings import Location, MovementFacts, Reading, VisitFacts


def read(message: Message) -> Reading:
    """Read any ADT message into plain values. Never raises: oddities are in ``deviations``, what is absent is empty."""
    deviations = Deviations(message.deviations)
    patient = identities.read(message, deviations)
    visit = visits.read(message, deviations)
    movement = movements.read(message, deviations)
    location = _place(message, movement)
    _check(message, visit, location, deviations)
    profile.check(message, movement, deviations)
    return Reading(
        trigger=message.trigger,
        sender=message.sender,
        patient=patient,
        visit=visit,
        relations=relations.read(message, deviations),
        location=location,
        pending_location=visits.location(message.segment("PV1"), (), number=42),
        movement=movement,
        prior=identities.prior(message),
        deviations=tuple(deviations),
    )


def _place(message: Message, movement: MovementFacts) -> Location:
    visit = message.segment("PV1")
    return visits.location(visit, () if visit.is_null(3) else (movement.medical_uf, movement.care_uf))


def _check(message: Message, visit: VisitFacts | None, location: Location, deviations: Deviations) -> None:
    fields.moment(message, "MSH", 7, deviations)
    for segment in message.segments_in_order:
        for number in redaction.forbidden(segment):
            deviations.note(Code.FORBIDDEN_FIELD, f"{segment.name}-{number}")
    if message.trigger not in table.OF_MOVEMENT:
        return
    if visit is None:
        deviations.note(Code.VISIT_MISSING, "PV1")
    visits.check_location(message.segment("PV1"), location, deviations)
