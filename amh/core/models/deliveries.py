from django.db import models
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
        D.EXHAUSTED: {D.PENDING},
    },
)


class Delivery(models.Model):
    """A thing that must leave the hospital: the row is the queue, the message is its shadow."""

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
        ]

    def exhausted(self) -> None:
        """React to the last failed attempt: the noun that leaves says what a person must now do."""
        raise NotImplementedError
