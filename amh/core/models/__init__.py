from amh.core.models.audits import AccessKind, AccessTrace, AuditEntry
from amh.core.models.changes import Change
from amh.core.models.deliveries import Delivery, DeliveryState
from amh.core.models.heartbeats import Heartbeat
from amh.core.models.idempotency import IdempotencyKey
from amh.core.models.parameters import ParameterValue
from amh.core.models.saved_views import SavedView
from amh.core.models.seals import TraceSeal
from amh.core.models.sessions import Session
from amh.core.models.tokens import ApiToken, TokenFailure
from amh.core.models.unlocks import UnlockKey, UnlockKind
from amh.core.models.users import User

__all__ = [
    "AccessKind",
    "AccessTrace",
    "ApiToken",
    "AuditEntry",
    "Change",
    "Delivery",
    "DeliveryState",
    "Heartbeat",
    "IdempotencyKey",
    "ParameterValue",
    "SavedView",
    "Session",
    "TokenFailure",
    "TraceSeal",
    "UnlockKey",
    "UnlockKind",
    "User",
]
