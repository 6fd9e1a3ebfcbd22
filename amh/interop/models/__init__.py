from amh.interop.models.alerts import FeedAlert
from amh.interop.models.messages import MESSAGE_TRANSITIONS, IgnoreReason, InboundMessage, MessageState
from amh.interop.models.receivers import Receiver
from amh.interop.models.replays import Replay
from amh.interop.models.senders import Sender
from amh.interop.models.sendings import OutboundMessage

__all__ = [
    "MESSAGE_TRANSITIONS",
    "FeedAlert",
    "IgnoreReason",
    "InboundMessage",
    "MessageState",
    "OutboundMessage",
    "Receiver",
    "Replay",
    "Sender",
]
