from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Replay(models.Model):
    """Messages in quarantine that somebody had tried again together; those still to be tried point to it.

    What became of the others is counted here. Replays run one after the other, each oldest message first, so that the
    messages of one patient keep their order.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("demandé par")
    )
    asked_at = models.DateTimeField(_("demandé à"))
    total = models.PositiveIntegerField(_("messages"))
    accepted = models.PositiveIntegerField(_("appliqués"), default=0)
    ignored = models.PositiveIntegerField(_("ignorés"), default=0)
    quarantined = models.PositiveIntegerField(_("toujours en quarantaine"), default=0)
    finished_at = models.DateTimeField(_("terminé à"), null=True)

    class Meta:
        verbose_name = _("reprise")
        verbose_name_plural = _("reprises")
        indexes = [models.Index(fields=["id"], name="replay_unfinished", condition=models.Q(finished_at=None))]

    def __str__(self) -> str:
        return f"{self.asked_at:%d/%m %H:%M}"

    @property
    def tried(self) -> int:
        """How many of its messages have had their turn."""
        return self.accepted + self.ignored + self.quarantined
