"""Messages as two admission systems write them: one in UTF-8, one in Latin-1, each with numbers of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FIELD, COMPONENT = "|", "^"
LATE = timedelta(minutes=3)
"""How long after it happened something is told."""


@dataclass(frozen=True)
class System:
    """A sender: MSH-3, which is also the domain of its numbers, MSH-4, and the character set of MSH-18."""

    name: str
    facility: str
    announced: str
    codec: str


SYSTEMS = (System("GAM", "CLCC", "UNICODE UTF-8", "utf-8"), System("SIH", "ANNEXE", "8859/1", "iso-8859-1"))


@dataclass(frozen=True)
class Person:
    """A record as its system knows it. Patients of both systems have the same numbers: only the domain differs."""

    system: System
    number: str
    family: str
    given: str
    used: str
    born: str
    sex: str

    @property
    def lane(self) -> tuple[str, str]:
        """Whose order is kept."""
        return self.system.name, self.number

    def segment(self) -> str:
        """PID."""
        names = f"{self.family}^{self.given}^{self.given}^^^^L~{self.used}^{self.given}^^^^^D"
        return f"PID|1||{self.number}^^^{self.system.name}^PI||{names}||{self.born}|{self.sex}"


@dataclass(frozen=True)
class Told:
    """One message: what its sender calls it, the bytes, and whose order it belongs to."""

    system: System
    control_id: str
    trigger: str
    raw: bytes
    lanes: tuple[tuple[str, str], ...]

    @property
    def key(self) -> tuple[str, str]:
        """Under what it is found again."""
        return self.system.name, self.control_id


def visit_segment(system: System, visit: str, place: str, fields: Mapping[int, str], *, patient_class: str) -> str:
    """PV1, with other fields by their numbers."""
    values = {1: "1", 2: patient_class, 3: place, 19: f"{visit}^^^{system.name}^VN", **fields}
    return segment("PV1", values)


def movement_segment(system: System, number: str, at: datetime, action: str, origin: str) -> str:
    """ZBE."""
    return f"ZBE|{number}^{system.name}|{at:%Y%m%d%H%M%S}||{action}|N|{origin}|^^^^^^^^^FLUX|^^^^^^^^^FLUX|HMS"


def segment(name: str, values: Mapping[int, str]) -> str:
    """A segment with these fields."""
    return FIELD.join([name, *(values.get(number, "") for number in range(1, max(values) + 1))])


def message(person: Person, trigger: str, control_id: str, at: datetime, *segments: str) -> bytes:
    """A whole message about a person, told some minutes after ``at``."""
    system, sent = person.system, f"{at + LATE:%Y%m%d%H%M%S}"
    kind = f"ADT^{trigger}|{control_id}|P|2.5^FRA^2.11|||||FRA|{system.announced}"
    header = rf"MSH|^~\&|{system.name}|{system.facility}|AMH|CLCC|{sent}||{kind}"
    lines = [header, f"EVN||{sent}||||{at:%Y%m%d%H%M%S}", person.segment(), *filter(None, segments)]
    return "\r".join(lines).encode(system.codec)
