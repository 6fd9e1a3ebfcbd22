from amh.interop.models.alerts import FeedAlert
from amh.interop.models.messages import MESSAGE_TRANSITIONS, InboundMessage, MessageState
from amh.interop.models.senders import Sender

__all__ = ["MESSAGE_TRANSITIONS", "FeedAlert", "InboundMessage", "MessageState", "Sender"]
