from django.db import models
from django.utils.translation import gettext_lazy as _

from amh.core.models import Delivery
from amh.interop.models.senders import Sender


class FeedAlert(Delivery):
    """The wake-up e-mail to the administrators: a sender that normally talks has gone silent."""

    sender = models.ForeignKey(Sender, models.CASCADE, related_name="alerts", verbose_name=_("émetteur"))
    silent_since = models.DateTimeField(_("silencieux depuis"))

    class Meta(Delivery.Meta):
        verbose_name = _("alerte de flux")
        verbose_name_plural = _("alertes de flux")

    def __str__(self) -> str:
        return f"{self.sender} {self.silent_since:%d/%m %H:%M}"
