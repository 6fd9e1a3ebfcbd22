from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from amh.interop.hl7.writers import Charset

PAUSE = timedelta(seconds=30)
"""For how long one that did not answer is left alone."""


class Receiver(models.Model):
    """A system to which we tell what happens here: what it is called, where it listens, what it wants to hear.

    ``events`` are those of ``hl7.sent`` that it asked for, ``bed_states`` whether it hears of every bed (``A20``).
    ``domain`` is the assigning authority of the numbers by which it knows people. ``away_since`` is since when it does
    not answer, ``retry_at`` when it is asked again.
    """

    name = models.CharField(_("nom"), max_length=80)
    application = models.CharField(_("application (MSH-5)"), max_length=180)
    facility = models.CharField(_("établissement (MSH-6)"), max_length=180, blank=True)
    host = models.CharField(_("machine"), max_length=253)
    port = models.PositiveIntegerField(_("port"))
    tls = models.BooleanField(_("chiffré (TLS)"), default=False)
    charset = models.CharField(_("jeu de caractères"), max_length=20, choices=Charset, default=Charset.LATIN)
    domain = models.CharField(_("domaine des IPP"), max_length=120)
    events = models.JSONField(_("événements"), default=list)
    bed_states = models.BooleanField(_("état des lits"), default=False)
    enabled = models.BooleanField(_("actif"), default=False)
    away_since = models.DateTimeField(_("sans réponse depuis"), null=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("destinataire")
        verbose_name_plural = _("destinataires")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="receiver_name_once"),
            models.CheckConstraint(condition=Q(charset__in=Charset.values), name="receiver_charset_known"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="receiver_port"),
            models.CheckConstraint(
                condition=Q(away_since=None, retry_at=None) | Q(away_since__isnull=False, retry_at__isnull=False),
                name="receiver_away_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def leave_alone(self) -> None:
        """Note that it did not answer, by the database's clock."""
        Receiver.objects.filter(pk=self.pk).update(
            away_since=Coalesce("away_since", Now()), retry_at=Now() + models.Value(PAUSE, models.DurationField())
        )

    def welcome(self) -> None:
        """Note that it answered, if it had not."""
        if self.away_since is not None:
            Receiver.objects.filter(pk=self.pk).update(away_since=None, retry_at=None)
