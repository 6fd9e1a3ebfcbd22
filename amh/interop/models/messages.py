from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.states import Transitions
from amh.interop.models.replays import Replay
from amh.interop.models.senders import Sender


class MessageState(models.TextChoices):
    """What became of a message that was received."""

    RECEIVED = "received", _("Reçu")
    ACCEPTED = "accepted", _("Appliqué")
    IGNORED = "ignored", _("Ignoré")
    QUARANTINED = "quarantined", _("En quarantaine")


M = MessageState

MESSAGE_TRANSITIONS = Transitions(
    "inbound message",
    MessageState,
    {
        M.RECEIVED: {M.ACCEPTED, M.IGNORED, M.QUARANTINED},
        M.QUARANTINED: {M.ACCEPTED, M.IGNORED, M.QUARANTINED},
        M.IGNORED: {M.QUARANTINED},
    },
)


class IgnoreReason(models.TextChoices):
    """Why somebody set a message in quarantine aside."""

    TEST = "test", _("Message de test ou de formation")
    BY_HAND = "by_hand", _("Déjà fait à la main sur le plan des lits")
    MISTAKE = "mistake", _("Envoyé par erreur, selon l’émetteur")
    TOLD_AGAIN = "told_again", _("Redit depuis par un autre message")
    NOT_OURS = "not_ours", _("Ne concerne pas cet hôpital")
    OTHER = "other", _("Autre motif")


class InboundMessage(models.Model):
    """A message as it came, stored before anything is done with it; fields forbidden in France blanked (PAM-6).

    A duplicate is the same sender, the same id *and* the same bytes; the same id with other content is another message,
    marked ``reused_id``. ``lane`` keeps the order of one patient's messages; one about two records waits, and holds up,
    in the ``other_lane`` too. ``reason_code`` names, in ``hl7.faults``, what the ``reason`` says in words.

    Somebody may set a message in quarantine aside: ``ignored_because``, with a ``note``. One that waits to be tried
    again with others points to their ``replay``.
    """

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="messages", verbose_name=_("émetteur"))
    control_id = models.CharField(_("identifiant"), max_length=199, blank=True)
    fingerprint = models.CharField(max_length=64)
    trigger = models.CharField(_("événement"), max_length=10, blank=True)
    lane = models.CharField(max_length=200, blank=True)
    other_lane = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(_("reçu à"))
    raw = models.BinaryField()
    charset = models.CharField(max_length=20)
    state = models.CharField(_("état"), max_length=12, choices=MessageState, default=MessageState.RECEIVED)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    ignored_because = models.CharField(_("ignoré car"), max_length=12, choices=IgnoreReason, blank=True)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("ignoré par"),
    )
    ignored_at = models.DateTimeField(_("ignoré à"), null=True)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    replay = models.ForeignKey(Replay, models.PROTECT, null=True, db_index=False, related_name="messages")
    reused_id = models.BooleanField(_("identifiant réutilisé"), default=False)
    deviations = models.JSONField(default=list)
    duplicates = models.PositiveIntegerField(_("doublons reçus"), default=0)

    class Meta:
        verbose_name = _("message reçu")
        verbose_name_plural = _("messages reçus")
        constraints = [
            models.UniqueConstraint(fields=["control_id", "sender", "fingerprint"], name="message_once"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state=M.RECEIVED, decided_at=None) | (~Q(state=M.RECEIVED) & Q(decided_at__isnull=False)),
                name="message_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(ignored_because="", ignored_by=None, ignored_at=None, note="")
                | Q(
                    state=M.IGNORED,
                    ignored_because__in=IgnoreReason.values,
                    ignored_by__isnull=False,
                    ignored_at__isnull=False,
                ),
                name="message_ignored_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(ignored_because=IgnoreReason.OTHER, note=""), name="message_ignored_with_words"
            ),
            models.CheckConstraint(condition=Q(replay=None) | Q(state=M.QUARANTINED), name="message_replay_waits"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="message_quarantine", condition=Q(state=M.QUARANTINED)),
            models.Index(fields=["-id"], name="message_ignored", condition=Q(state=M.IGNORED)),
            models.Index(fields=["lane", "id"], name="message_lane", condition=Q(state=M.RECEIVED)),
            models.Index(
                fields=["other_lane", "id"],
                name="message_other_lane",
                condition=Q(state=M.RECEIVED) & ~Q(other_lane=""),
            ),
            models.Index(fields=["sender", "-id"], name="message_sender"),
            models.Index(fields=["trigger", "-id"], name="message_trigger"),
            models.Index(fields=["received_at"], name="message_arrival", include=["sender"]),
            models.Index(
                fields=["received_at"], name="message_deviating", include=["sender"], condition=~Q(deviations=[])
            ),
            models.Index(fields=["replay", "id"], name="message_replay", condition=Q(replay__isnull=False)),
            models.Index(fields=["ignored_by"], name="message_ignored_by", condition=Q(ignored_by__isnull=False)),
            models.Index(fields=["sender", "received_at"], name="message_period"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.control_id}".strip()

    @property
    def lanes(self) -> list[str]:
        """The lanes that it holds."""
        return [lane for lane in (self.lane, self.other_lane) if lane]
