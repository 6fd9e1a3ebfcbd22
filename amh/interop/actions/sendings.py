"""What happens here is written down for each system that wants to hear of it, in the transaction in which it happens.

What another system told is not repeated: it tells everybody itself. The state of a bed is not an event here, it is
computed: beat compares it with what was last told.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from amh.core.deliveries import queue
from amh.core.models import DeliveryState
from amh.core.transactions import act
from amh.interop.hl7 import sent, tellings
from amh.interop.hl7.readings import Action
from amh.interop.models import OutboundMessage, Receiver
from amh.interop.queries import sendings
from patients.models import AnnouncementKind, Certainty, ExpectedDischarge, Movement, MovementKind
from patients.queries.occupancy import end_of_day, occupancy

KEPT = timedelta(days=30)
"""For how long the text of a message that has left is kept; its line stays."""


def tell(*, movement_ids: Collection[int], instead_of: int | None, at: datetime) -> None:
    """Have movements of locked stays told, or taken back; ``instead_of`` is the one that they correct.

    To call in the transaction in which they were written.
    """
    receivers = sendings.listening()
    rows = Movement.objects.filter(pk__in=movement_ids).select_related("stay").order_by("pk")
    for movement in rows if receivers else ():
        for receiver in receivers:
            _tell(receiver, movement, instead_of=instead_of, at=at)


def _tell(receiver: Receiver, movement: Movement, *, instead_of: int | None, at: datetime) -> None:
    event = sent.EVENTS.get(MovementKind(movement.kind))
    number = sendings.number_of(receiver, instead_of or movement.pk)
    is_struck = movement.cancelled_at is not None
    if event is None or (event.trigger not in receiver.events and not number) or (is_struck and not number):
        return
    action = Action.CANCEL if is_struck else Action.UPDATE if number else Action.INSERT
    _enter(
        receiver,
        f"M{movement.pk}:{action}",
        patient_id=movement.stay.patient_id,
        at=at,
        movement=movement,
        trigger=tellings.trigger(event, action),
        action=action,
        number=number or f"M{movement.pk}",
    )


def tell_expected(*, said_id: int, at: datetime) -> None:
    """Have a sure exit told to whoever wants to hear of it, another hour of it, or that it is sure no more."""
    for receiver in sendings.listening():
        said = ExpectedDischarge.objects.select_related("stay").get(pk=said_id)
        _tell_expected(receiver, said, at=at)


def _tell_expected(receiver: Receiver, said: ExpectedDischarge, *, at: datetime) -> None:
    event = sent.EVENTS[AnnouncementKind.DISCHARGE]
    told = sendings.exit_told(receiver, said.stay_id)
    is_sure = said.certainty == Certainty.CERTAIN and said.expected_at is not None
    if not (is_sure or told) or (event.trigger not in receiver.events and not told):
        return
    action = Action.CANCEL if not is_sure else Action.UPDATE if told else Action.INSERT
    _enter(
        receiver,
        f"E{said.pk}:{action}",
        patient_id=said.stay.patient_id,
        at=at,
        expected_discharge=said,
        trigger=tellings.trigger(event, action),
        action=action,
        number=told or f"E{said.pk}",
    )


def _enter(receiver: Receiver, what: str, *, patient_id: int, at: datetime, **fields: object) -> None:
    key, lane = f"outbound:{receiver.pk}:{what}", f"{receiver.pk}:patient:{patient_id}"
    queue.enter(OutboundMessage, key=key, due_at=at, receiver=receiver, lane=lane, said_at=at, **fields)


def follow_beds(*, at: datetime) -> int:
    """Tell those who asked for it the state of every bed that is another than the one last told; how many were.

    What a bed became and ceased to be between two looks is told to nobody.
    """
    receivers = sendings.listening(beds=True)
    now = _states(at) if receivers else {}
    return sum(_follow_beds(receiver, now, at=at) for receiver in receivers)


def _states(at: datetime) -> dict[int, str]:
    tomorrow = end_of_day(at)
    return {row.bed_id: sent.BED_STATES[row.state(tomorrow=tomorrow)] for row in occupancy(at)}


@act
def _follow_beds(receiver: Receiver, now: dict[int, str], *, at: datetime) -> int:
    # Two looks at once would tell the same thing twice.
    Receiver.objects.select_for_update(no_key=True).get(pk=receiver.pk)
    told = sendings.beds_told(receiver)
    changed = {bed: status for bed, status in now.items() if told.get(bed) != status}
    rewritten = _rewrite(receiver, changed, at=at)
    for bed in changed.keys() - rewritten:
        _enter_bed(receiver, bed, changed[bed], at=at)
    return len(changed)


def _rewrite(receiver: Receiver, changed: dict[int, str], *, at: datetime) -> set[int]:
    """Put the new state into what was never tried: the receiver needs to hear of the last one alone."""
    waiting = OutboundMessage.objects.filter(
        receiver=receiver, bed__in=changed, state=DeliveryState.PENDING, raw=b"", attempts=0
    )
    rows = list(waiting.select_for_update(skip_locked=True).order_by("pk"))
    for row in rows:
        row.bed_status, row.said_at = changed[row.bed_id or 0], at
        row.save(update_fields=["bed_status", "said_at"])
    return {row.bed_id for row in rows if row.bed_id}


def _enter_bed(receiver: Receiver, bed_id: int, status: str, *, at: datetime) -> None:
    queue.enter(
        OutboundMessage,
        key=f"outbound:{receiver.pk}:B{bed_id}:{at.isoformat()}",
        due_at=at,
        receiver=receiver,
        lane=f"{receiver.pk}:bed:{bed_id}",
        said_at=at,
        bed_id=bed_id,
        trigger=sent.BED_STATUS,
        bed_status=status,
    )


def forget(*, at: datetime) -> int:
    """Drop the text of what left long ago, or was given up; tell how many messages that was."""
    done = OutboundMessage.objects.filter(state__in=[DeliveryState.SENT, DeliveryState.CANCELLED])
    return done.filter(said_at__lt=at - KEPT).exclude(raw=b"").update(raw=b"")
