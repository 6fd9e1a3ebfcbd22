from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.practitioners import Practitioner
from patients.models.reservations import Reservation
from patients.models.stays import Stay
from wards.models import Bed, Unit


class AnnouncementKind(models.TextChoices):
    """What another system announces of a stay, and which moves nobody yet."""

    TRANSFER = "pending_transfer", _("Mutation prévue")
    DISCHARGE = "pending_discharge", _("Sortie annoncée")
    PHYSICIAN = "physician", _("Médecin responsable")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def standing(self) -> "AnnouncementQuerySet":
        """Those that were not taken back."""
        return self.filter(cancelled_at=None)


@tracked()
class Announcement(models.Model):
    """What a sender announced, under its own number; none that was taken back holds.

    A transfer to come names its ``unit`` and perhaps its ``bed``, then kept by ``reservation``; a discharge to come its
    time; a change of physician who answers for the patient from then on.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="announcements", verbose_name=_("séjour"))
    kind = models.CharField(_("nature"), max_length=20, choices=AnnouncementKind)
    domain = models.CharField(_("domaine"), max_length=120, blank=True)
    number = models.CharField(_("numéro de mouvement"), max_length=80, blank=True)
    effective_at = models.DateTimeField(_("heure effective"))
    entered_at = models.DateTimeField(_("saisi à"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unité"))
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+", verbose_name=_("lit"))
    reservation = models.ForeignKey(Reservation, models.PROTECT, null=True, related_name="+")
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, related_name="+", verbose_name=_("médecin responsable")
    )
    cancelled_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("annonce")
        verbose_name_plural = _("annonces")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnnouncementKind.values), name="announcement_kind_known"),
            models.CheckConstraint(condition=Q(bed=None) | Q(unit__isnull=False), name="announcement_bed_in_unit"),
            models.UniqueConstraint(
                fields=["stay", "domain", "number"], condition=~Q(number=""), name="announcement_number_once"
            ),
        ]
        indexes = [models.Index(fields=["stay", "kind"], name="announcement_of_stay")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_at:%d/%m %H:%M}"

    @property
    def order(self) -> tuple[datetime, int]:
        """Sort key among those of a stay and kind: the last one holds.

        A plan is what was said last, whatever it is for; who answers for the patient is whoever took over last.
        """
        return self.effective_at if self.kind == AnnouncementKind.PHYSICIAN else self.entered_at, self.pk
