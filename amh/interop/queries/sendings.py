"""What was told to others, and what is still to be."""

from django.db.models import Count, F, Max, Min, Q, QuerySet

from amh.core.models import DeliveryState
from amh.core.models.deliveries import UNFINISHED
from amh.interop.hl7.readings import Action
from amh.interop.models import OutboundMessage, Receiver


def listening(*, beds: bool = False) -> list[Receiver]:
    """Those who are told something: of patients, or of ``beds``."""
    return list(Receiver.objects.filter(enabled=True, **({"bed_states": True} if beds else {})).order_by("pk"))


def number_of(receiver: Receiver, movement_id: int) -> str:
    """The number under which a receiver was told of a movement, ``""`` when it was not, or it was taken back."""
    row = OutboundMessage.objects.filter(receiver=receiver, movement=movement_id).order_by("-pk").first()
    return row.number if row and row.action != Action.CANCEL else ""


def exit_told(receiver: Receiver, stay_id: int) -> str:
    """The number under which a receiver was told of the sure exit of a stay, ``""`` when it was not."""
    rows = OutboundMessage.objects.filter(receiver=receiver, expected_discharge__stay=stay_id)
    row = rows.order_by("-pk").first()
    return row.number if row and row.action != Action.CANCEL else ""


def beds_told(receiver: Receiver) -> dict[int, str]:
    """The state of each bed of which a receiver was told, the last one."""
    rows = OutboundMessage.objects.filter(receiver=receiver, bed__isnull=False)
    newest = rows.order_by("bed_id", "-pk").distinct("bed_id")
    return dict(newest.values_list("bed_id", "bed_status"))


def receivers() -> QuerySet[Receiver]:
    """Every receiver with how many messages wait for it, since when, how many failed, and when it had its last one."""
    waiting = Q(messages__state__in=UNFINISHED)
    return Receiver.objects.annotate(
        waiting=Count("messages", filter=waiting),
        waiting_since=Min("messages__said_at", filter=waiting),
        failed=Count("messages", filter=Q(messages__state=DeliveryState.EXHAUSTED)),
        last_sent_at=Max("messages__sent_at"),
    ).order_by(F("failed").desc(), "name")


def messages(*, states: tuple[DeliveryState, ...]) -> QuerySet[OutboundMessage]:
    """Messages in these states (all of them when there is none), the newest first, without their text."""
    rows = OutboundMessage.objects.select_related("receiver", "movement", "bed__room").defer("raw").order_by("-pk")
    return rows.filter(state__in=states) if states else rows
