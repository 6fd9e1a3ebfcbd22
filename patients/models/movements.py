from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from patients.models.stays import ExitMode, Stay
from wards.models import Bed, Unit


class MovementKind(models.TextChoices):
    """What happened to the patient."""

    PREADMISSION = "preadmission", _("Préadmission")
    ADMISSION = "admission", _("Entrée")
    TRANSFER = "transfer", _("Mutation")
    LEAVE = "leave", _("Permission")
    RETURN = "return", _("Retour de permission")
    LOUNGE = "lounge", _("Salon de sortie")
    DEATH = "death", _("Décès")
    DEPARTURE = "departure", _("Départ confirmé")
    DISCHARGE = "discharge", _("Sortie")


RANKS = {kind: rank for rank, kind in enumerate(MovementKind.values)}


class MovementSource(models.TextChoices):
    """Who said so."""

    HAND = "hand", _("saisi ici")
    FEED = "feed", _("reçu")


class NoArrival(models.TextChoices):
    """Why a patient who was expected does not come (WR-12, WR-30)."""

    NOT_COME = "not_come", _("n’est pas venu")
    DECLINED = "declined", _("ne souhaite pas venir")
    POSTPONED = "postponed", _("reporté, sans nouvelle date")
    NO_BED = "no_bed", _("déprogrammé, faute de lit")
    REDIRECTED = "redirected", _("réorienté, faute de lit")
    MISTAKEN = "mistaken", _("erreur de saisie")
    OTHER = "other", _("autre raison")


class MovementQuerySet(models.QuerySet["Movement"]):
    def standing(self) -> "MovementQuerySet":
        """Movements that were not cancelled."""
        return self.filter(cancelled_at=None)


@tracked()
class Movement(models.Model):
    """The ledger: what happened or was said to happen. Placements are its projection, never the other way round.

    ``effective_at`` is when it happened, ``entered_at`` when it was said. A discharge has its ``mode``, a leave the
    time of its ``expected_return_at``; a departure is what the ward saw after another system had ended the stay. A
    transfer without a unit changes nothing of where the patient is (a change of responsible unit, say). Movements of
    one act on several stays (an exchange of beds) share a ``joint`` number: they are undone together. A preadmission
    that was called off says what it was ``cancelled_for``.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="movements", verbose_name=_("séjour"))
    kind = models.CharField(_("nature"), max_length=20, choices=MovementKind)
    source = models.CharField(_("source"), max_length=10, choices=MovementSource)
    domain = models.CharField(_("domaine"), max_length=120, blank=True)
    number = models.CharField(_("numéro de mouvement"), max_length=80, blank=True)
    effective_at = models.DateTimeField(_("heure effective"))
    entered_at = models.DateTimeField(_("saisi à"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unité"))
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+", verbose_name=_("lit"))
    hosting_uf = models.CharField(_("UF d’hébergement"), max_length=40, blank=True)
    medical_uf = models.CharField(_("UF médicale"), max_length=40, blank=True)
    care_uf = models.CharField(_("UF de soins"), max_length=40, blank=True)
    mode = models.CharField(_("mode de sortie"), max_length=20, choices=ExitMode, blank=True, default="")
    expected_return_at = models.DateTimeField(_("retour prévu"), null=True)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    joint = models.UUIDField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_for = models.CharField(_("motif d’annulation"), max_length=20, choices=NoArrival, blank=True, default="")

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("mouvement")
        verbose_name_plural = _("mouvements")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MovementKind.values), name="movement_kind_known"),
            models.CheckConstraint(condition=Q(source__in=MovementSource.values), name="movement_source_known"),
            models.CheckConstraint(
                condition=Q(mode="") | Q(mode__in=ExitMode.values, kind=MovementKind.DISCHARGE),
                name="movement_mode_known",
            ),
            models.CheckConstraint(
                condition=Q(expected_return_at=None) | Q(kind=MovementKind.LEAVE), name="movement_return_of_leave"
            ),
            models.CheckConstraint(condition=Q(bed=None) | Q(unit__isnull=False), name="movement_bed_in_unit"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False) | Q(cancelled_by=None), name="movement_cancelled_pair"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_for="")
                | Q(cancelled_for__in=NoArrival.values, kind=MovementKind.PREADMISSION, cancelled_at__isnull=False),
                name="movement_cancelled_for_known",
            ),
            models.UniqueConstraint(
                fields=["stay", "domain", "number"], condition=~Q(number=""), name="movement_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["stay", "effective_at"], name="movement_order"),
            models.Index(fields=["joint"], name="movement_joint", condition=Q(joint__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_at:%d/%m %H:%M}"

    @property
    def order(self) -> tuple[bool, datetime, int, int]:
        """Sort key among the movements of a stay: an expectation comes before all that happened.

        Movements of one instant follow their nature (an entry before an exit), then the order in which they came.
        """
        return self.kind != MovementKind.PREADMISSION, self.effective_at, RANKS[self.kind], self.pk

    @property
    def is_ours(self) -> bool:
        """Whether it was said here, and not taken back by another system."""
        is_struck_elsewhere = self.cancelled_at is not None and self.cancelled_by_id is None
        return self.source == MovementSource.HAND and not is_struck_elsewhere

    @property
    def tells_death(self) -> bool:
        """Whether it says that the patient died: a death itself, or an exit by death."""
        return self.kind == MovementKind.DEATH or self.mode == ExitMode.DEATH
