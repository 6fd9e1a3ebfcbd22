from datetime import datetime

from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit, parameters
from amh.core.channels import email
from amh.core.deliveries.failures import Permanent
from amh.core.history import tracked
from amh.core.models import Delivery, User
from amh.core.roles import Role
from patients import events
from patients.models.accesses import ExceptionalAccess


@tracked()
class AccessNotice(Delivery):
    """The e-mail that tells those in charge of data protection of an exceptional access, at once (SEC-3).

    It names nobody: the hour, the trade of the person, how many accesses wait for a review, and where to read them.
    """

    access = models.OneToOneField(
        ExceptionalAccess, models.PROTECT, related_name="notice", verbose_name=gettext_lazy("accès exceptionnel")
    )

    class Meta(Delivery.Meta):
        verbose_name = gettext_lazy("avis d’accès exceptionnel")
        verbose_name_plural = gettext_lazy("avis d’accès exceptionnel")

    def __str__(self) -> str:
        return f"{self.access.starts_at:%d/%m %H:%M}"

    def send(self) -> str:
        """Write to everyone in charge at once. Raises ``Permanent`` when none has an address."""
        to = officers()
        if not to:
            raise Permanent(_("Aucun délégué à la protection des données actif n’a d’adresse électronique."))
        facts = {"access": self.access, "to_review": ExceptionalAccess.objects.filter(reviewed_at=None).count()}
        facts["hospital"] = parameters.words("hospital_name")
        return email.send(
            to=to,
            subject=render_to_string("patients/notices/subject.txt", facts),
            text=render_to_string("patients/notices/body.txt", facts),
            key=self.idempotency_key,
        )

    def exhausted(self, *, at: datetime) -> None:
        """Leave a line in the journal and a task; the access itself waits on the page of reviews until it is read."""
        audit.record("access_notice.exhaust", subject=self, by=None, at=at, access=self.access_id)
        events.delivery_failed.send(sender=type(self), delivery=self, at=at)


def officers() -> list[str]:
    """The e-mail addresses of those in charge of data protection."""
    active = User.objects.filter(role=Role.DPO, is_active=True).exclude(email="")
    return list(active.order_by("email").values_list("email", flat=True).distinct())
