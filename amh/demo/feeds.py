"""What the admissions software of the hospital sent lately: done, ignored, or kept until somebody looks at it."""

from collections.abc import Iterator
from datetime import datetime

from amh.core import dates
from amh.demo.ledgers import Visit
from amh.demo.people import DOMAIN
from amh.demo.scenes import Scene
from amh.interop.actions import messages
from amh.interop.hl7.separators import Separators, escaped
from patients.models import Movement, MovementKind, MovementSource

WARD, SENDER = "MED", "GAM"
UNKNOWN_VISIT, UNKNOWN_MOVEMENT = "V9000000", "M9000000"
"""A stay that the software alone knows of: its departure cannot be taken back here."""
SEPARATORS = Separators()


def receive(scene: Scene) -> None:
    """Receive, as bytes, what was sent of the one who came last to the ward by that software, each at its hour."""
    for visit in [visit for visit in scene.lying(WARD) if _is_admitted_by_feed(visit.movements[-1])][-1:]:
        for at, raw in _sent(scene, visit):
            messages.apply_all(messages.receive(raw, at=at).row, at=at)


def _is_admitted_by_feed(movement: Movement) -> bool:
    return movement.kind == MovementKind.ADMISSION and movement.source == MovementSource.FEED


def _sent(scene: Scene, visit: Visit) -> Iterator[tuple[datetime, bytes]]:
    """The admission, the identity, an event that is of no use here, a cancellation of nothing."""
    came, later = visit.movements[-1], scene.clock.earlier
    stay, unknown = _stay(visit, visit.written.visit_number), _stay(visit, UNKNOWN_VISIT)
    admitted = _movement(came.number, came.effective_at, "INSERT|N|")
    yield came.entered_at, _message("A01", visit, stay, admitted, at=came.entered_at)
    yield later(0.96), _message("A31", visit, at=later(0.96))
    yield later(0.97), _message("A20", visit, stay, at=later(0.97))
    left = _movement(UNKNOWN_MOVEMENT, later(0.5), "CANCEL|N|A03")
    yield later(0.98), _message("A13", visit, unknown, left, at=later(0.98))


def _message(trigger: str, visit: Visit, *segments: str, at: datetime) -> bytes:
    when = _time(at)
    header = rf"MSH|^~\&|{SENDER}|{DOMAIN}|AMH|{DOMAIN}|{when}||ADT^{trigger}|{trigger}-{at:%d%H%M%S}|P|2.5^FRA^2.11"
    first = [f"{header}|||||FRA|UNICODE UTF-8", f"EVN||{when}", _identity(visit)]
    return "\r".join([*first, *segments]).encode()


def _identity(visit: Visit) -> str:
    who = visit.person.patient
    given = [_text(who.first_names.split()[0]), _text(who.first_names)]
    name = "^".join([_text(who.birth_name), *given, "", "", "", "L"])
    return f"PID|1||{visit.person.ipp}^^^{DOMAIN}^PI||{name}||{who.birth_date.replace('-', '')}|{who.sex}"


def _stay(visit: Visit, number: str) -> str:
    bed = visit.movements[-1].bed
    place = "^".join(_text(label) for label in (bed.room.unit.code, bed.room.label, bed.label)) if bed else ""
    return f"PV1|1|I|{place}{'|' * 16}{number}^^^{DOMAIN}^VN"


def _movement(number: str, at: datetime, action: str) -> str:
    return f"ZBE|{number}^{DOMAIN}|{_time(at)}||{action}|^^^^^^^^^{WARD}||HMS"


def _time(at: datetime) -> str:
    return f"{dates.local(at):%Y%m%d%H%M%S%z}"


def _text(text: str) -> str:
    return escaped(text, SEPARATORS)
