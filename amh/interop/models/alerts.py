from datetime import datetime

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit, dates, parameters
from amh.core.channels import email
from amh.core.deliveries.failures import Permanent
from amh.core.models import Delivery, User
from amh.core.roles import Role
from amh.interop.models.senders import Sender
from patients.actions import tasks


class FeedAlert(Delivery):
    """The wake-up e-mail to the administrators: a sender that normally talks has gone silent."""

    sender = models.ForeignKey(Sender, models.CASCADE, related_name="alerts", verbose_name=gettext_lazy("émetteur"))
    silent_since = models.DateTimeField(gettext_lazy("silencieux depuis"))

    class Meta(Delivery.Meta):
        verbose_name = gettext_lazy("alerte de flux")
        verbose_name_plural = gettext_lazy("alertes de flux")

    def __str__(self) -> str:
        return f"{self.sender} {self.silent_since:%d/%m %H:%M}"

    def send(self) -> str:
        """Write to all active administrators at once. Raises ``Permanent`` when none has an address."""
        to = administrators()
        if not to:
            raise Permanent(_("Aucun administrateur actif n’a d’adresse électronique."))
        facts = self.facts()
        return email.send(
            to=to,
            subject=parameters.text("feed_alert_subject", **facts),
            text=parameters.text("feed_alert_body", **facts),
            key=self.idempotency_key,
        )

    def facts(self) -> dict[str, object]:
        """What the texts of the letter may name."""
        return {
            "sender": self.sender,
            "day": date_format(dates.local(self.silent_since), "l j F Y"),
            "hour": dates.clock(self.silent_since),
            "minutes": self.sender.silence_minutes,
        }

    def exhausted(self, *, at: datetime) -> None:
        """Leave a line in the journal and a task; the row stays until the feed is back or it is tried again."""
        audit.record("feed_alert.exhaust", subject=self, by=None, at=at, sender=self.sender_id)
        tasks.ask_about_delivery(delivery=self, at=at)


def administrators() -> list[str]:
    """The e-mail addresses of those who keep the program running."""
    active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(email="")
    return list(active.order_by("email").values_list("email", flat=True).distinct())
