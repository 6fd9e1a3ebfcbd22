from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from amh.core.states import Transitions


class DeliveryState(models.TextChoices):
    """Where a thing that must leave the hospital stands."""

    PENDING = "pending", _("À envoyer")
    SENDING = "sending", _("En cours d’envoi")
    SENT = "sent", _("Envoyé")
    EXPIRED = "expired", _("Trop tard, non envoyé")
    EXHAUSTED = "exhausted", _("Échec définitif")
    CANCELLED = "cancelled", _("Annulé")


D = DeliveryState

DELIVERY_TRANSITIONS = Transitions(
    "delivery",
    DeliveryState,
    {
        D.PENDING: {D.SENDING, D.EXPIRED, D.CANCELLED},
        D.SENDING: {D.SENT, D.PENDING, D.EXHAUSTED, D.SENDING},
        D.EXHAUSTED: {D.PENDING, D.CANCELLED},
    },
)

UNFINISHED = (D.PENDING, D.SENDING)
ATTEMPTS = 8
"""Times that a thing is tried before a person must see to it."""

Row = TypeVar("Row", bound="Delivery")


class DeliveryQuerySet(models.QuerySet[Row]):
    """Deliveries by the database's clock, which all workers share."""

    def due(self) -> "DeliveryQuerySet[Row]":
        """What should be on its way: its time has come, and nobody sends it or the one who did has died."""
        return self.filter(Q(state=D.PENDING) | Q(state=D.SENDING, lease_until__lte=Now()), due_at__lte=Now())

    def too_late(self) -> "DeliveryQuerySet[Row]":
        """What waits and must not leave any more."""
        return self.filter(state=D.PENDING, expires_at__lte=Now())

    def abandoned(self) -> "DeliveryQuerySet[Row]":
        """What nobody may try again after its sender died: it was the last attempt, or it is too late."""
        return self.due().filter(Q(attempts__gte=ATTEMPTS) | Q(expires_at__lte=Now()), state=D.SENDING)

    def claimable(self) -> "DeliveryQuerySet[Row]":
        """What may be sent now. In a lane only the first unfinished row may, and only while no other is being sent."""
        others = self.model.objects.filter(lane=OuterRef("lane")).exclude(pk=OuterRef("pk"))
        ahead = others.filter(
            Q(state__in=UNFINISHED, pk__lt=OuterRef("pk")) | Q(state=D.SENDING, lease_until__gt=Now()),
        )
        return (
            self.due()
            .filter(Q(expires_at=None) | Q(expires_at__gt=Now()), attempts__lt=ATTEMPTS)
            .filter(Q(lane="") | ~Exists(ahead))
        )

    def clocked(self) -> "DeliveryQuerySet[Row]":
        """Each row with the database's time as ``clock``."""
        return self.annotate(clock=Now())  # type: ignore[return-value] # the rows have declared ``clock``


class Delivery(models.Model):
    """A thing that must leave the hospital: the row is the queue, the message is its shadow.

    Rows that must arrive in order share a ``lane``; the order is that of their ids, so they are written under the lock
    of what they tell about. Who receives them can tell a second sending of the same thing by ``idempotency_key``.
    """

    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lane = models.CharField(max_length=80, blank=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    receipts = models.JSONField(default=list)

    objects = DeliveryQuerySet.as_manager()
    clock: datetime

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values), name="%(app_label)s_%(class)s_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~models.Q(state=DeliveryState.SENT) & models.Q(sent_at__isnull=True)),
                name="%(app_label)s_%(class)s_sent_at",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SENDING, lease_until__isnull=False)
                | (~models.Q(state=DeliveryState.SENDING) & models.Q(lease_until__isnull=True)),
                name="%(app_label)s_%(class)s_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="%(app_label)s_%(class)s_due",
                condition=models.Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING]),
            ),
            models.Index(
                fields=["lane", "id"],
                name="%(app_label)s_%(class)s_lane",
                condition=models.Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING]) & ~models.Q(lane=""),
            ),
            models.Index(
                fields=["id"], name="%(app_label)s_%(class)s_stuck", condition=models.Q(state=DeliveryState.EXHAUSTED)
            ),
        ]

    @classmethod
    def label(cls) -> str:
        """What logs, metrics and workers call this kind: ``interop.FeedAlert``."""
        return cls._meta.label

    def send(self) -> str:
        """Hand the thing over once and return what the other side answered; called with no transaction open.

        Raises ``Temporary`` when a later attempt may succeed, ``Permanent`` when none will.
        """
        raise NotImplementedError

    def exhausted(self, *, at: datetime) -> None:
        """React to the final failure, in the transaction that records it: say what a person must now do."""
        raise NotImplementedError

    def become(self, state: DeliveryState, **changes: Any) -> None:
        """Save the next state with ``changes``; the caller holds the row's lock. Only a row being sent keeps a lease.

        Raises ``Conflict`` when that state may not follow.
        """
        DELIVERY_TRANSITIONS.check(self.state, state)
        values = {"lease_until": None, **changes, "state": state}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values)
