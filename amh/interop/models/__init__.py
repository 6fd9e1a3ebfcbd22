from amh.interop.models.alerts import FeedAlert
from amh.interop.models.messages import MESSAGE_TRANSITIONS, InboundMessage, MessageState
from amh.interop.models.receivers import Receiver
from amh.interop.models.senders import Sender
from amh.interop.models.sendings import OutboundMessage

__all__ = [
    "MESSAGE_TRANSITIONS",
    "FeedAlert",
    "InboundMessage",
    "MessageState",
    "OutboundMessage",
    "Receiver",
    "Sender",
]
