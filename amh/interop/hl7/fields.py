"""The composite fields that several segments share: times, people, domains, functional units."""

from datetime import datetime

from amh.interop.hl7 import timestamps
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Element, Message, Segment
from amh.interop.hl7.readings import FunctionalUnit, PractitionerName


def moment(message: Message, name: str, number: int, deviations: Deviations) -> datetime | None:
    """Read the timestamp in that field of that segment, reporting what cannot be read as one."""
    text = message.segment(name).value(number)
    found = timestamps.read(text, received_at=message.received_at)
    if text and found is None:
        deviations.note(Code.TIMESTAMP, f"{name}-{number}")
    return found


def domain(element: Element, number: int) -> str:
    """Name an assigning authority (HD): its namespace, else its universal identifier, else ``""``."""
    return element.component(number) or element.component(number, 2)


def numbered(segment: Segment, number: int, kind: str) -> tuple[str, str]:
    """Return the value and domain of an identifier (CX): the repetition of that type, else the first."""
    elements = [element for element in segment.repetitions(number) if element.component(1)]
    chosen = next((element for element in elements if element.component(5) == kind), next(iter(elements), None))
    return (chosen.component(1), domain(chosen, 4)) if chosen else ("", "")


def practitioner(segment: Segment, number: int) -> PractitionerName | None:
    """Read a professional (XCN): the repetition with an RPPS, else the first that names someone."""
    people = [_practitioner(element) for element in segment.repetitions(number)]
    named = [person for person in people if person.identifier or person.family]
    return next((person for person in named if person.rpps), next(iter(named), None))


def telephone(element: Element) -> str:
    """Read a telephone number (XTN): component 12, else 1, else the parts 5 to 7; ``""`` for an e-mail address."""
    if element.component(3).upper() == "INTERNET" or element.component(2).upper() == "NET":
        return ""
    parts = "".join(element.component(part) for part in (5, 6, 7))
    return element.component(12) or element.component(1) or parts


def functional_unit(segment: Segment, number: int) -> FunctionalUnit:
    """Read a unit (XON): code in component 10, else 3, else a component that stands alone."""
    element = next(iter(segment.repetitions(number)), None)
    if element is None:
        return FunctionalUnit()
    code = element.component(10) or element.component(3)
    alone = segment.separators.component not in element.raw
    return FunctionalUnit(code=code or (element.component(1) if alone else ""), label=element.component(1))


def _practitioner(element: Element) -> PractitionerName:
    kind = element.component(13).upper()
    return PractitionerName(element.component(1), kind, family=element.component(2), given=element.component(3))
