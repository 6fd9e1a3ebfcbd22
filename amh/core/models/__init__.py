from amh.core.models.audits import AccessTrace, AuditEntry
from amh.core.models.changes import Change
from amh.core.models.deliveries import Delivery, DeliveryState
from amh.core.models.heartbeats import Heartbeat
from amh.core.models.idempotency import IdempotencyKey
from amh.core.models.tokens import ApiToken
from amh.core.models.users import User

__all__ = [
    "AccessTrace",
    "ApiToken",
    "AuditEntry",
    "Change",
    "Delivery",
    "DeliveryState",
    "Heartbeat",
    "IdempotencyKey",
    "User",
]
