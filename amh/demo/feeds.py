"""What the admissions software of the hospital sent lately: done, ignored, or kept until somebody looks at it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from amh.core import dates
from amh.demo.ledgers import Visit
from amh.demo.people import DOMAIN
from amh.demo.scenes import Scene
from amh.interop.actions import messages, quarantines
from amh.interop.hl7.separators import Separators, escaped
from amh.interop.models import IgnoreReason, InboundMessage
from patients.models import Movement, MovementKind, MovementSource

WARD, SENDER = "MED", "GAM"
THEATRE = "BLOC"
"""Another program, of an older version, that knows the profile badly."""
UNDESCRIBED = f"{WARD}^299^F"
"""A bed that nobody has described yet."""
UNKNOWN_VISIT, UNKNOWN_MOVEMENT = "V9000000", "M9000000"
"""A stay that the software alone knows of: its departure cannot be taken back here."""
NOBODY = r"PID|1||||ESSAI^Louise^^^^^L||19510203|F"
SEPARATORS = Separators()


def receive(scene: Scene) -> None:
    """Receive, as bytes, what was sent of the one who came last to the ward by that software, each at its hour.

    The bed manager has set aside what was only a trial.
    """
    for visit in [visit for visit in scene.lying(WARD) if _is_admitted_by_feed(visit.movements[-1])][-1:]:
        for at, raw in _sent(scene, visit):
            messages.apply_all(messages.receive(raw, at=at).row, at=at)
    for visit in [visit for visit in scene.lying(WARD) if _is_moved_by_hand(visit.movements[-1])][-1:]:
        at, raw = _told_elsewhere(scene, visit)
        messages.apply_all(messages.receive(raw, at=at).row, at=at)
    tried = InboundMessage.objects.filter(reason_code="processing_id").order_by("pk").first()
    if tried is not None:
        by, at = scene.staff.users["lits"], scene.clock.earlier(0.94)
        quarantines.ignore(row=tried, reason=IgnoreReason.TEST, note="", by=by, at=at)


def _is_moved_by_hand(movement: Movement) -> bool:
    return movement.kind == MovementKind.TRANSFER and movement.source == MovementSource.HAND


def _is_admitted_by_feed(movement: Movement) -> bool:
    return movement.kind == MovementKind.ADMISSION and movement.source == MovementSource.FEED


def _sent(scene: Scene, visit: Visit) -> Iterator[tuple[datetime, bytes]]:
    """The admission and the identity; what is of no use here; what cannot be done: trials, nobody, nothing to undo."""
    came, later = visit.movements[-1], scene.clock.earlier
    stay, unknown = _stay(visit, visit.written.visit_number), _stay(visit, UNKNOWN_VISIT)
    admitted = _movement(came.number, came.effective_at, "INSERT|N|")
    yield came.entered_at, _message("A01", visit, stay, admitted, at=came.entered_at)
    for trigger, share in (("A31", 0.92), ("A28", 0.93)):
        yield later(share), _message(trigger, visit, mode="X", at=later(share))
    yield later(0.95), _message("A28", visit, at=later(0.95), who=NOBODY)
    yield later(0.96), _message("A31", visit, at=later(0.96))
    yield later(0.97), _message("A20", visit, stay, at=later(0.97))
    yield later(0.975), _older(_message("A08", visit, stay, at=later(0.975)))
    left = _movement(UNKNOWN_MOVEMENT, later(0.5), "CANCEL|N|A03")
    yield later(0.98), _message("A13", visit, unknown, left, at=later(0.98))
    corrected = _movement(f"{UNKNOWN_MOVEMENT}1", later(0.5), "UPDATE|N|A02")
    yield later(0.985), _message("Z99", visit, stay, corrected, at=later(0.985))
    moved = _movement(f"{UNKNOWN_MOVEMENT}2", later(0.5), "CANCEL|N|A02")
    yield later(0.99), _message("A12", visit, unknown, moved, at=later(0.99))


def _told_elsewhere(scene: Scene, visit: Visit) -> tuple[datetime, bytes]:
    """A transfer that the software learns late, to a bed that nobody knows: the hand, which came later, has won."""
    moved, at = visit.movements[-1].effective_at, scene.clock.earlier(0.99)
    place = _stay(visit, visit.written.visit_number, UNDESCRIBED)
    told = _movement("M8000000", moved - timedelta(minutes=20), "INSERT|N|")
    return at, _message("A02", visit, place, told, at=at)


def _older(raw: bytes) -> bytes:
    """The same as a program of another time writes it."""
    return raw.replace(f"|{SENDER}|".encode(), f"|{THEATRE}|".encode()).replace(b"2.5^FRA^2.11", b"2.3")


def _message(trigger: str, visit: Visit, *segments: str, at: datetime, mode: str = "P", who: str = "") -> bytes:
    when, number = _time(at), f"{trigger}-{at:%d%H%M%S}"
    header = rf"MSH|^~\&|{SENDER}|{DOMAIN}|AMH|{DOMAIN}|{when}||ADT^{trigger}|{number}|{mode}|2.5^FRA^2.11"
    first = [f"{header}|||||FRA|UNICODE UTF-8", f"EVN||{when}", who or _identity(visit)]
    return "\r".join([*first, *segments]).encode()


def _identity(visit: Visit) -> str:
    who = visit.person.patient
    given = [_text(who.first_names.split()[0]), _text(who.first_names)]
    name = "^".join([_text(who.birth_name), *given, "", "", "", "L"])
    return f"PID|1||{visit.person.ipp}^^^{DOMAIN}^PI||{name}||{who.birth_date.replace('-', '')}|{who.sex}"


def _stay(visit: Visit, number: str, place: str = "") -> str:
    bed = visit.movements[-1].bed
    if bed and not place:
        place = "^".join(_text(label) for label in (bed.room.unit.code, bed.room.label, bed.label))
    return f"PV1|1|I|{place}{'|' * 16}{number}^^^{DOMAIN}^VN"


def _movement(number: str, at: datetime, action: str) -> str:
    return f"ZBE|{number}^{DOMAIN}|{_time(at)}||{action}|^^^^^^^^^{WARD}||HMS"


def _time(at: datetime) -> str:
    return f"{dates.local(at):%Y%m%d%H%M%S%z}"


def _text(text: str) -> str:
    return escaped(text, SEPARATORS)
