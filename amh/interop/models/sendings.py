import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit
from amh.core.deliveries.failures import Away, Permanent, Temporary
from amh.core.models import Delivery
from amh.core.models.deliveries import DeliveryQuerySet
from amh.interop.hl7 import acks, tellings, writers
from amh.interop.hl7.messages import Sender
from amh.interop.hl7.readings import IPP, Action, Reading
from amh.interop.hl7.tellings import Said
from amh.interop.hl7.writers import Envelope
from amh.interop.mllp import clients
from amh.interop.models.receivers import Receiver
from patients.actions import tasks
from patients.models import AnnouncementKind, ExpectedDischarge, Movement
from wards.models import Bed

ERRORS = 3
"""Times that the other side may say that it could not take a message, before a person looks."""


class OutboundQuerySet(DeliveryQuerySet["OutboundMessage"]):
    """Messages to send, each to a receiver that may be away while the others are not."""

    def claimable(self) -> "OutboundQuerySet":
        """What may be sent now: to a receiver that is enabled, and not one that has just left a message unanswered."""
        asked = Receiver.objects.filter(Q(retry_at=None) | Q(retry_at__lte=Now()), enabled=True)
        return super().claimable().filter(receiver__in=asked.values("pk"))  # type: ignore[return-value]


class OutboundMessage(Delivery):
    """What one receiver is to hear: a movement, an exit to come, or the state of a bed.

    It is written when it first leaves, and from then on sent as it was: ``raw``. ``number`` is that of the movement at
    the receiver's (ZBE-1): a correction keeps it. ``said_at`` is when it was said here.
    """

    receiver = models.ForeignKey(
        Receiver, models.PROTECT, related_name="messages", verbose_name=gettext_lazy("destinataire")
    )
    movement = models.ForeignKey(Movement, models.PROTECT, null=True, related_name="+")
    expected_discharge = models.ForeignKey(ExpectedDischarge, models.PROTECT, null=True, related_name="+")
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+")
    trigger = models.CharField(gettext_lazy("événement"), max_length=3)
    action = models.CharField(max_length=6, blank=True)
    number = models.CharField(max_length=20, blank=True)
    bed_status = models.CharField(max_length=1, blank=True)
    said_at = models.DateTimeField(gettext_lazy("dit à"))
    raw = models.BinaryField(default=b"")

    objects = OutboundQuerySet.as_manager()  # type: ignore[misc] # the same manager, of other rows

    class Meta(Delivery.Meta):
        verbose_name = gettext_lazy("message envoyé")
        verbose_name_plural = gettext_lazy("messages envoyés")
        constraints = [
            *Delivery.Meta.constraints,
            models.CheckConstraint(
                condition=Q(bed=None, bed_status="", action__in=[one.value for one in Action])
                & (
                    Q(movement__isnull=False, expected_discharge=None)
                    | Q(movement=None, expected_discharge__isnull=False)
                )
                | Q(bed__isnull=False, movement=None, expected_discharge=None, action="", number="")
                & ~Q(bed_status=""),
                name="outbound_about_one_thing",
            ),
        ]
        indexes = [
            *Delivery.Meta.indexes,
            models.Index(fields=["receiver", "bed", "-id"], name="outbound_bed", condition=Q(bed__isnull=False)),
            models.Index(fields=["receiver", "number", "-id"], name="outbound_number", condition=~Q(number="")),
            models.Index(fields=["receiver", "-sent_at"], name="outbound_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.control_id}"

    @property
    def control_id(self) -> str:
        """MSH-10: the same at every attempt, and no other's, even in a database that was restored."""
        return (
            hashlib.sha256(f"{self.idempotency_key}|{self.said_at.timestamp():.6f}".encode()).hexdigest()[:20].upper()
        )

    @property
    def about(self) -> str:
        """What it tells, in words that name nobody."""
        if self.bed:
            return _("état du lit %s") % self.bed.short_label
        kind = self.movement.get_kind_display() if self.movement else str(AnnouncementKind.DISCHARGE.label)
        words = {Action.CANCEL: _("annulation : %s"), Action.UPDATE: _("correction : %s")}
        return words.get(Action(self.action), "%s") % kind.lower()

    def send(self) -> str:
        """Hand the message over, and return the code of the acknowledgment.

        Raises ``Away`` (nobody there), ``Temporary`` (no answer, an error said, another message's answer) or
        ``Permanent`` (refused; an error said again and again).
        """
        receiver, raw = self.receiver, self._written()
        try:
            said = clients.exchange(raw, host=receiver.host, port=receiver.port, tls=receiver.tls)
        except clients.Closed as error:
            receiver.leave_alone()
            raise Away(_("Destinataire injoignable (%s).") % error) from None
        except clients.Silent as error:
            receiver.leave_alone()
            raise Temporary(_("Message transmis, pas de réponse (%s).") % error) from None
        receiver.welcome()
        return self._judged(acks.read(said, at=self.said_at))

    def exhausted(self, *, at: datetime) -> None:
        """Leave a line in the journal and a task."""
        audit.record("outbound_message.exhaust", subject=self, by=None, at=at, receiver=self.receiver_id)
        tasks.ask_about_delivery(delivery=self, at=at)

    def _judged(self, answer: acks.Answer) -> str:
        if answer.is_no:
            raise Permanent(_("Refusé par le destinataire (%s).") % answer.code)
        if answer.is_error:
            kind = Permanent if self.attempts >= ERRORS else Temporary
            raise kind(_("Le destinataire signale une erreur (%s).") % answer.code)
        if not answer.is_yes:
            raise Temporary(_("Réponse du destinataire illisible."))
        if answer.control_id != self.control_id:
            raise Temporary(_("Le destinataire a répondu à un autre message."))
        return answer.code

    def _written(self) -> bytes:
        """The bytes, kept before they leave for the first time. Raises ``Temporary`` for a person without a number."""
        if not self.raw:
            self.raw = self._bed_status(self.bed) if self.bed else self._movement()
            self.save(update_fields=["raw"])
        return bytes(self.raw)

    def _bed_status(self, bed: Bed) -> bytes:
        return writers.bed_status(tellings.place_of(bed), self.bed_status, self._envelope())

    def _movement(self) -> bytes:
        said, left = Said(Action(self.action), self.number, self.said_at, self.receiver.domain), None
        if self.expected_discharge:
            reading = tellings.of_discharge_to_come(self.expected_discharge, said)
        else:
            reading, left = tellings.of_movement(self.movement, said)  # type: ignore[arg-type] # one of the two is set
        self._check_known(reading)
        return writers.movement(reading, self._envelope(), left=left)

    def _check_known(self, reading: Reading) -> None:
        if reading.patient is None or not any(one.type == IPP for one in reading.patient.identifiers):
            raise Temporary(_("Le patient n’a pas encore de numéro dans le domaine du destinataire."))

    def _envelope(self) -> Envelope:
        facility = self.receiver.facility
        return Envelope(
            Sender(acks.APPLICATION, facility),
            Sender(self.receiver.application, facility),
            self.control_id,
            self.said_at,
            "D" if settings.LOOPBACK_ONLY else "P",
            self.receiver.charset,
        )
