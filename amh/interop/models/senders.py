from django.db import models
from django.utils.translation import gettext_lazy as _


class Sender(models.Model):
    """A system that talks to us, the same on every transport: MSH-3 and MSH-4 of its messages.

    ``watched`` senders normally talk all day: silence longer than ``silence_minutes`` wakes an administrator.
    """

    application = models.CharField(_("application"), max_length=180, blank=True)
    facility = models.CharField(_("établissement"), max_length=180, blank=True)
    last_message_at = models.DateTimeField(_("dernier message"), null=True)
    watched = models.BooleanField(_("surveillé"), default=False)
    silence_minutes = models.PositiveIntegerField(_("silence toléré, en minutes"), default=60)

    class Meta:
        verbose_name = _("émetteur")
        verbose_name_plural = _("émetteurs")
        constraints = [models.UniqueConstraint(fields=["application", "facility"], name="sender_once")]

    def __str__(self) -> str:
        return " / ".join(part for part in (self.application, self.facility) if part) or "?"
