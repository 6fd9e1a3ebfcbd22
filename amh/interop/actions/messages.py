"""Receive a message, store it before anything else, and do what it says in the order in which its patient's came.

Whatever a message holds, its row stays: accepted, ignored or in quarantine with a reason in words.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from amh.core.errors import Conflict, Refusal
from amh.core.transactions import act
from amh.interop.actions import alerts
from amh.interop.hl7 import charsets, events, pam, table
from amh.interop.hl7.charsets import Decoded
from amh.interop.hl7.deviations import Deviation
from amh.interop.hl7.events import Outside
from amh.interop.hl7.messages import Message, Unreadable, parse
from amh.interop.hl7.readings import Identifier, Reading
from amh.interop.hl7.redaction import fingerprint, redact
from amh.interop.models import MESSAGE_TRANSITIONS, InboundMessage, MessageState, Sender

logger = logging.getLogger(__name__)

ADT = "ADT"
LONGEST_REASON = 300
PATIENCE = timedelta(seconds=20)
"""How long a message may wait for the process that received it, before the sweep takes it."""

Clock = Callable[[], datetime]
"""Tells what time it is. A message is applied at the moment at which its turn has come."""


@dataclass(frozen=True)
class Receipt:
    """What is answered to the sender: ``code`` is AA, AE or AR; ``new`` is false for a duplicate."""

    row: InboundMessage
    code: str
    new: bool
    message: Message | None


def receive(raw: bytes, *, at: datetime) -> Receipt:
    """Store one message, as it came but for the fields forbidden in France (PAM-6), and tell what to answer.

    The same sender, id and bytes again is a duplicate, without effect; the same id with other content is another one.
    What becomes of it is decided later, by what is stored: nothing is lost between the two.
    """
    try:
        message = parse(raw, received_at=at)
    except Unreadable as unreadable:
        row, new = _store(raw, None, at=at)
        return Receipt(row, unreadable.acknowledgment, new, None)
    row, new = _store(raw, message, at=at)
    return Receipt(row, acknowledgment(message), new, message)


def acknowledgment(message: Message) -> str:
    """What is answered for a message that could be read: ``AA``, or ``AR`` for a mode of treatment that is refused."""
    return "AA" if is_allowed(message) else "AR"


def is_allowed(message: Message) -> bool:
    """Tell whether its processing id (MSH-11), if it says one, may be applied here."""
    return not message.processing_id or message.processing_id in settings.HL7_PROCESSING_IDS


@transaction.atomic
def _store(raw: bytes, message: Message | None, *, at: datetime) -> tuple[InboundMessage, bool]:
    named = message.sender if message else None
    sender, _made = Sender.objects.get_or_create(
        application=named.application[:180] if named else "", facility=named.facility[:180] if named else ""
    )
    alerts.note_heard(sender, at=at)
    decoded = charsets.decode(raw)
    reading = pam.read(message) if message else None
    control_id = message.control_id[:199] if message else ""
    same_id = InboundMessage.objects.filter(sender=sender, control_id=control_id).exclude(control_id="").exists()
    row, new = InboundMessage.objects.get_or_create(
        sender=sender,
        control_id=control_id,
        fingerprint=fingerprint(raw),
        defaults={
            "trigger": message.trigger[:10] if message else "",
            **(_lanes(reading) if reading else {}),
            "received_at": at,
            "raw": redact(decoded.text).encode(),
            "charset": decoded.charset[:20],
            "reused_id": same_id,
            "deviations": [[oddity.code, oddity.where] for oddity in _oddities(decoded, message, reading)],
        },
    )
    if not new:
        InboundMessage.objects.filter(pk=row.pk).update(duplicates=F("duplicates") + 1)
    return row, new


def _lanes(reading: Reading) -> dict[str, str]:
    """One lane per patient of a sender's domain; messages that name nobody wait for nobody. A merge holds two."""
    own = _lane(reading, reading.patient.local if reading.patient else None)
    prior = _lane(reading, reading.prior.local)
    return {"lane": own or prior, "other_lane": prior if own and prior != own else ""}


def _lane(reading: Reading, local: Identifier | None) -> str:
    return f"{local.domain or reading.sender}^{local.value}"[:200] if local else ""


def _oddities(decoded: Decoded, message: Message | None, reading: Reading | None) -> tuple[Deviation, ...]:
    """What was odd in the bytes that came: the stored copy is UTF-8, without controls nor forbidden fields."""
    if message is None or reading is None:
        return decoded.deviations
    return reading.deviations if message.type == ADT else message.deviations


def apply_all(row: InboundMessage, *, at: datetime) -> None:
    """Apply what waits in the lanes of ``row``, all of it at one moment: nobody else may be applying messages then."""
    apply_in_turn(row, clock=lambda: at)


def apply_in_turn(row: InboundMessage, *, clock: Clock) -> None:
    """Apply what waits in the lanes of ``row``, oldest first, unless another process is at it: it goes on by itself.

    Who applied a message about two records goes on in both lanes.
    """
    if not row.lanes:
        apply_one(row.pk, clock=clock)
    lanes = row.lanes
    while lanes:
        lane = lanes.pop()
        head = _head(lane)
        applied = apply_one(head, clock=clock) if head else None
        lanes += {lane, *applied.lanes} if applied else ()


def apply_waiting(*, clock: Clock, most: int | None = None) -> int:
    """Apply what has waited for longer than a process takes, lane by lane; tell how many messages that was.

    The oldest come first; ``most`` of them at once for whoever must end in time.
    """
    late = InboundMessage.objects.filter(state=MessageState.RECEIVED, received_at__lt=clock() - PATIENCE)
    rows = list(late.defer("raw").order_by("pk")[:most])
    for row in rows:
        apply_or_leave(row, clock=clock)
    return len(rows)


def apply_or_leave(row: InboundMessage, *, clock: Clock) -> None:
    """Apply what waits in the lane of ``row``; where the database is busy or away, leave it stored for the sweep."""
    try:
        apply_in_turn(row, clock=clock)
    except (Conflict, OperationalError, InterfaceError) as error:
        logger.warning("Message %s is left for the sweep: %s", row.pk, type(error).__name__)


@act
def apply_one(pk: int, *, clock: Clock) -> InboundMessage | None:
    """Apply a message whose turn it is, in one transaction; ``None`` when it was applied, or another process is at it.

    Whoever is at it goes on with what comes after.
    """
    waiting = InboundMessage.objects.filter(state=MessageState.RECEIVED)
    row = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is not None:
        # Only now: whoever applied the one before may have begun later than we did, and time must not run backwards.
        decide(row, at=clock())
    return row


def _head(*lanes: str) -> int | None:
    """The oldest message of these lanes; one about two records comes after all that is older in either of its lanes."""
    waiting = InboundMessage.objects.filter(Q(lane__in=lanes) | Q(other_lane__in=lanes), state=MessageState.RECEIVED)
    row = waiting.only("lane", "other_lane").order_by("pk").first()
    if row is None:
        return None
    return row.pk if set(row.lanes) <= set(lanes) else _head(*row.lanes)


def decide(row: InboundMessage, *, at: datetime) -> None:
    """Do what a locked message says, and write down what became of it."""
    with translation.override(settings.LANGUAGE_CODE):
        verdict = _verdict(row, at=at)
    MESSAGE_TRANSITIONS.check(row.state, verdict.state)
    row.state, row.reason, row.reason_code = verdict.state, verdict.reason[:LONGEST_REASON], verdict.code
    row.decided_at, row.replay = at, None
    row.save(update_fields=["state", "reason", "reason_code", "decided_at", "replay"])


class Verdict(NamedTuple):
    """What becomes of a message, and why: a code of ``hl7.faults`` and a sentence."""

    state: MessageState
    code: str = ""
    reason: str = ""


def _verdict(row: InboundMessage, *, at: datetime) -> Verdict:
    """Do what the stored message says, if that may be done."""
    try:
        message = parse(bytes(row.raw), received_at=row.received_at)
    except Unreadable as unreadable:
        return Verdict(MessageState.QUARANTINED, unreadable.code, str(unreadable))
    if not is_allowed(message):
        reason = _("Mode de traitement « %s » non autorisé ici.") % message.processing_id[:10]
        return Verdict(MessageState.QUARANTINED, "processing_id", reason)
    if message.type != ADT or message.trigger not in table.EVENTS:
        kind = f"{message.type} {message.trigger}".strip()[:30]
        return Verdict(MessageState.IGNORED, "unused_event", _("Événement « %s » non utilisé ici.") % kind)
    return _done(row, pam.read(message), at=at)


def _done(row: InboundMessage, reading: Reading, *, at: datetime) -> Verdict:
    """Do what the message says, wholly or not at all; the reason in words when it cannot be done."""
    try:
        with transaction.atomic():
            events.apply(reading, at=at)
    except Outside:
        reason = _("Patient externe : suivi ici seulement s’il est hospitalisé.")
        return Verdict(MessageState.IGNORED, "outpatient", reason)
    except Refusal as refusal:
        return Verdict(MessageState.QUARANTINED, refusal.code, refusal.sentence)
    except DataError:
        reason = _("Une valeur du message est trop longue ou impossible à enregistrer.")
        return Verdict(MessageState.QUARANTINED, "value_refused", reason)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # The text of the error may quote a patient: its kind and its place are enough to find the fault.
        *_frames, last = traceback.extract_tb(error.__traceback__)
        logger.error("Message %s: %s in %s, line %s", row.pk, type(error).__name__, last.name, last.lineno)  # noqa: TRY400
        reason = _("Erreur inattendue du programme (%s), signalée dans son journal.") % type(error).__name__
        return Verdict(MessageState.QUARANTINED, "program_error", reason)
    return Verdict(MessageState.ACCEPTED)
