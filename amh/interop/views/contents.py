"""What the page of one message shows of it: all to those who may see the patient, what is technical to the others."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.requests import ip
from amh.core.roles import Permission
from amh.interop.actions import messages
from amh.interop.hl7 import displays, faults, pam
from amh.interop.hl7.displays import Marks, Shown, Value
from amh.interop.hl7.messages import Unreadable, parse
from amh.interop.hl7.readings import Reading
from amh.interop.models import InboundMessage, MessageState
from amh.interop.queries import deeds, subjects
from amh.interop.queries.subjects import People
from amh.interop.rules import messages as rules
from patients.models import Movement, Patient
from patients.queries import accesses
from patients.rules import accesses as access_rules


@dataclass(frozen=True)
class Content:
    """``shown`` is the message by segments; ``text`` what is no message, as it came, to those who may read it."""

    acknowledgment: str
    is_readable: bool
    shown: Shown | None = None
    text: Value | None = None
    announced: str = ""
    action: str = ""
    patient: Patient | None = None
    movement: Movement | None = None
    ask_url: str = ""


def opened(request: HttpRequest, row: InboundMessage, *, by: User, at: datetime) -> Content:
    """What ``by`` may see of the message; reading of a patient is traced."""
    try:
        message = parse(bytes(row.raw), received_at=row.received_at)
    except Unreadable as unreadable:
        return _text(request, row, unreadable.acknowledgment, by=by, at=at)
    reading = pam.read(message)
    who = subjects.named(message, reading)
    is_readable = rules.may_read(reading, who, by=by, at=at)
    if is_readable:
        _trace(request, row, who, by=by, at=at)
    own = who.known[0] if is_readable and who.known else None
    return Content(
        messages.acknowledgment(message),
        is_readable,
        shown=displays.shown(message, _marks(row), whole=is_readable),
        announced=message.header.value(18)[:40],
        action=reading.movement.action if message.has("ZBE") else "",
        patient=own,
        movement=deeds.movement(reading) if own and row.state == MessageState.ACCEPTED else None,
        ask_url="" if is_readable else _ask_url(reading, who, by=by, at=at),
    )


def _text(request: HttpRequest, row: InboundMessage, acknowledgment: str, *, by: User, at: datetime) -> Content:
    """What could not be read as a message may name anybody: it is shown as text, to those who register people."""
    if not rules.may_read_unknown(by):
        return Content(acknowledgment, is_readable=False)
    _trace(request, row, People(), by=by, at=at)
    return Content(acknowledgment, is_readable=True, text=displays.text(bytes(row.raw).decode("utf-8", "replace")))


def _marks(row: InboundMessage) -> Marks:
    is_kept = row.state == MessageState.QUARANTINED or row.ignored_by_id is not None
    return Marks.of(faults.of(row.reason_code).place if is_kept else "", row.deviations)


def _trace(request: HttpRequest, row: InboundMessage, who: People, *, by: User, at: datetime) -> None:
    for one in who.known:
        right = accesses.grounds(one.pk, by=by, at=at)
        if access_rules.is_protected(one) and (access := accesses.running(one, user_id=by.pk, at=at)):
            right = accesses.exceptional(access)
        audit.trace("message", by=by, at=at, ip=ip(request), patient_id=one.pk, count=1, message=row.pk, **right)
    if who.has_unknown:
        audit.trace("message", by=by, at=at, ip=ip(request), count=1, message=row.pk)


def _ask_url(reading: Reading, who: People, *, by: User, at: datetime) -> str:
    """Where an exceptional access to the one record that is missing is asked for, where that would open the message."""
    closed = [one for one in who.known if not rules.may_read(reading, People((one,), has_unknown=False), by=by, at=at)]
    may_ask = core_rules.scope(by, Permission.OPEN_EXCEPTIONALLY) is not None
    if not may_ask or len(closed) != 1 or who.are_several or who.has_withdrawn or who.has_unknown:
        return ""
    return reverse("patients:accesses-ask", args=[closed[0].pk])
