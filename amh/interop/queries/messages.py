"""What was received: the list of messages and the health of each sender."""

from django.db.models import Count, Q, QuerySet

from amh.interop.models import InboundMessage, MessageState, Sender


def received(*, state: MessageState | None) -> QuerySet[InboundMessage]:
    """Messages in a state (all when ``None``), the newest first, without their text."""
    messages = InboundMessage.objects.select_related("sender").defer("raw").order_by("-pk")
    return messages if state is None else messages.filter(state=state)


def senders() -> QuerySet[Sender]:
    """Every sender with the number of its messages in quarantine, the last to have spoken first."""
    quarantined = Count("messages", filter=Q(messages__state=MessageState.QUARANTINED))
    return Sender.objects.annotate(quarantined=quarantined).order_by("-last_message_at")
