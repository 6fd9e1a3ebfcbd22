"""The stay and the places: PV1, PV2, PID-18, ZFM and ZFV → facts."""

import re

from amh.interop.hl7 import fields
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Message, Segment
from amh.interop.hl7.readings import FunctionalUnit, Location, VisitFacts

_FINESS = re.compile(r"[0-9A-Z]{9}", re.ASCII)
_FLAGS = {"Y": True, "VIP": True, "N": False}


def read(message: Message, deviations: Deviations) -> VisitFacts | None:
    """Read the facts of the stay; ``None`` when the message has no PV1."""
    if not message.has("PV1"):
        return None
    visit, more = message.segment("PV1"), message.segment("PV2")
    visit_number, visit_domain = _visit_number(visit, deviations)
    account_number, account_domain = fields.numbered(message.segment("PID"), 18, "AN")
    return VisitFacts(
        visit_number=visit_number,
        visit_domain=visit_domain,
        account_number=account_number,
        account_domain=account_domain,
        patient_class=visit.value(2).upper(),
        treatment_mode=visit.value(21),
        visit_indicator=visit.value(51).upper(),
        responsible=fields.practitioner(visit, 7),
        expected_admission_at=fields.moment(message, "PV2", 8, deviations),
        expected_discharge_at=fields.moment(message, "PV2", 9, deviations),
        expected_discharge_withdrawn=more.is_null(9),
        discharge_disposition=visit.value(36),
        pmsi_discharge_mode=message.segment("ZFM").value(2),
        expected_return_at=fields.moment(message, "PV2", 47, deviations),
        restricted=_flag(more, 22),
        vip=_flag(visit, 16),
        single_room=_flag(visit, 22),
        arrival_transport=more.value(38),
        departure_transport=message.segment("ZFV").value(2),
        origin_finess=_finess(message.segment("ZFV"), 1),
        destination_finess=_finess(visit, 37),
        pmsi_destination=message.segment("ZFM").value(4),
    )


def _visit_number(visit: Segment, deviations: Deviations) -> tuple[str, str]:
    """Read PV1-19, unless a sender one field off put a professional there: all their patients would share a stay."""
    number, domain = fields.numbered(visit, 19, "VN")
    people = [fields.practitioner(visit, place) for place in (7, 8, 9)]
    if number and number in [person.identifier for person in people if person]:
        deviations.note(Code.VISIT_NUMBER_IS_PERSON, "PV1-19")
        return "", ""
    if not number:
        deviations.note(Code.VISIT_NUMBER_MISSING, "PV1-19")
    return number, domain


def _finess(segment: Segment, number: int) -> str:
    """Read the number of a structure: nine signs, whatever stands around it."""
    said = segment.value(number).upper()
    return said if _FINESS.fullmatch(said) else ""


def _flag(segment: Segment, number: int) -> bool | None:
    return False if segment.is_null(number) else _FLAGS.get(segment.value(number).upper())


def location(visit: Segment, units: tuple[FunctionalUnit, ...], *, number: int = 3) -> Location:
    """Read PV1-3 (PL); without a unit of its own, the first of ``units`` that has a code is where the patient is."""
    element = next(iter(visit.repetitions(number)), None)
    borrowed = next((unit.code for unit in units if unit.code), "")
    if element is None:
        return Location(uf=borrowed)
    unit, room, bed = (element.component(part) for part in (1, 2, 3))
    return Location(unit or borrowed, room, bed)


def check_location(segment: Segment, place: Location, deviations: Deviations) -> None:
    """Report a current place whose unit is missing, or had to be taken from the movement."""
    if not place.uf:
        deviations.note(Code.LOCATION_MISSING, "PV1-3")
    elif not segment.value(3):
        deviations.note(Code.UF_FROM_MOVEMENT, "PV1-3.1")
