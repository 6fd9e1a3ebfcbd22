"""What another system was to be told of this day, and has not been: it is switched off since."""

from datetime import datetime

from amh.core.deliveries import queue
from amh.demo.scenes import Scene
from amh.interop.actions import receivers, sendings
from amh.interop.hl7 import sent
from amh.interop.models import OutboundMessage, Receiver
from patients.models import Movement, MovementSource

LATEST = 8
"""Movements made here by hand, the newest of the last two days, that were to be told."""


def leave_waiting(scene: Scene) -> None:
    """Let the latest movements wait for a receiver that its editor repairs; the bed manager has given up the first."""
    receiver, admin, since = Receiver.objects.get(), scene.staff.users["admin"], scene.clock.day(-2, 0)
    receivers.change(receiver=receiver, said={"enabled": True}, by=admin, at=since)
    for movement in _latest(since, scene.now):
        sendings.tell(movement_ids=[movement.pk], instead_of=None, at=movement.entered_at)
    receivers.change(receiver=receiver, said={"enabled": False}, by=admin, at=scene.clock.earlier(0.9))
    oldest = OutboundMessage.objects.order_by("pk").first()
    if oldest is not None:
        queue.cancel(oldest, by=scene.staff.users["lits"], at=scene.clock.earlier(0.95))


def _latest(since: datetime, now: datetime) -> list[Movement]:
    done = Movement.objects.filter(
        source=MovementSource.HAND, cancelled_at=None, entered_at__range=(since, now), kind__in=sent.EVENTS
    )
    return list(done.order_by("-entered_at", "-pk")[:LATEST])[::-1]
