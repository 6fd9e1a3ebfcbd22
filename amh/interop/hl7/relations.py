"""Who is around the patient, and what the patient answered: NK1, ROL, PV1-8, ZFD and ZFA → facts."""

from amh.interop.hl7 import fields
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Message, Segment
from amh.interop.hl7.readings import AnswerFacts, ContactFacts, Relations, RoleFacts

CONTACT_ROLES = frozenset("CKRNP")
"""To tell, trusted, representative, kin, not to tell (NK1-7)."""

OUTSIDE_ROLES = frozenset({"ODRP", "RP", "RT", "SUBS"})
"""General practitioner, referrer, correspondent, substitute (ROL-3)."""

INSIDE_ROLES = frozenset({"AT", "AD", "CP"})
"""Attending, admitting, consulting: PV1 says who answers for the stay."""

REFERRER = "RP"
DELETED = "DE"
ANSWERS = {"ZFD-3": frozenset({"Y", "N"}), "ZFA-9": frozenset({"INO", "IO"}), "ZFA-11": frozenset({"IC", "INC"})}
"""The codes of each answer: text messages, feeding of Mon espace santé, reading of it."""


def read(message: Message, deviations: Deviations) -> Relations:
    """Read the people and the answers; a code out of its table is reported, and says nothing."""
    contacts = (_contact(segment, deviations) for segment in message.segments("NK1"))
    return Relations(
        contacts=tuple(contact for contact in contacts if contact.name),
        roles=(*_roles(message, deviations), *_referrer(message)),
        answers=tuple(_answers(message, deviations)),
    )


def _contact(segment: Segment, deviations: Deviations) -> ContactFacts:
    role = segment.value(7).upper()
    if role and role not in CONTACT_ROLES:
        deviations.note(Code.CODE_UNKNOWN, "NK1-7")
        role = ""
    return ContactFacts(
        role,
        name=" ".join(filter(None, [segment.value(2), segment.value(2, 2)])),
        relationship=segment.value(3, 2) or segment.value(3),
        phone=_number(segment, 5),
        other_phone=_number(segment, 6),
    )


def _number(segment: Segment, number: int) -> str:
    return next(filter(None, map(fields.telephone, segment.repetitions(number))), "")


def _roles(message: Message, deviations: Deviations) -> list[RoleFacts]:
    found = []
    for segment in message.segments("ROL"):
        role, person = segment.value(3).upper(), fields.practitioner(segment, 4)
        if role in OUTSIDE_ROLES and person is not None:
            found.append(RoleFacts(role, person, withdrawn=segment.value(2).upper() == DELETED))
        elif role not in OUTSIDE_ROLES | INSIDE_ROLES:
            deviations.note(Code.CODE_UNKNOWN, "ROL-3")
    return found


def _referrer(message: Message) -> list[RoleFacts]:
    person = fields.practitioner(message.segment("PV1"), 8)
    return [RoleFacts(REFERRER, person)] if person is not None else []


def _answers(message: Message, deviations: Deviations) -> list[AnswerFacts]:
    found = []
    for place, codes in ANSWERS.items():
        name, number = place.split("-")
        code = message.segment(name).value(int(number)).upper()
        if code in codes:
            # The date stands behind the answer in ZFA; ZFD has none.
            given_at = fields.moment(message, name, int(number) + 1, deviations) if name == "ZFA" else None
            found.append(AnswerFacts(place, code, given_at))
        elif code:
            deviations.note(Code.CODE_UNKNOWN, place)
    return found
