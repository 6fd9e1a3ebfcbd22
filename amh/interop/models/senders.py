from django.db import models
from django.utils.translation import gettext_lazy as _

from wards.models import Calendar


class Sender(models.Model):
    """A system that talks to us, the same on every transport: MSH-3 and MSH-4 of its messages.

    ``watched`` senders normally talk in the open hours of their ``calendar`` (always, without one): after more than
    ``silence_minutes`` of them without a word they are ``silent_since`` their last one. The clock finds that, the next
    message ends it.
    """

    application = models.CharField(_("application"), max_length=180, blank=True)
    facility = models.CharField(_("établissement"), max_length=180, blank=True)
    name = models.CharField(_("nom d’usage"), max_length=80, blank=True)
    last_message_at = models.DateTimeField(_("dernier message"), null=True)
    watched = models.BooleanField(_("surveillé"), default=False)
    silence_minutes = models.PositiveIntegerField(_("silence toléré, en minutes"), default=60)
    silent_since = models.DateTimeField(_("silencieux depuis"), null=True)
    calendar = models.ForeignKey(
        Calendar, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("heures où il parle")
    )

    class Meta:
        verbose_name = _("émetteur")
        verbose_name_plural = _("émetteurs")
        constraints = [models.UniqueConstraint(fields=["application", "facility"], name="sender_once")]

    def __str__(self) -> str:
        return self.name or self.codes

    @property
    def codes(self) -> str:
        """How the sender calls itself."""
        return " / ".join(part for part in (self.application, self.facility) if part) or "?"
