"""What became of the beds that were kept."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import Reservation, Stay


class Outcome(models.TextChoices):
    """How a reservation stands or ended (WR-12): it holds, the patient came or needs it no more, it was let go by hand,
    or it ran out because nobody came.
    """

    HOLDING = "holding", _("gardé")
    ENDED = "ended", _("levée par un mouvement")
    RELEASED = "released", _("levée")
    EXPIRED = "expired", _("expirée, patient non venu")


def of_outcome(outcome: Outcome, *, at: datetime) -> Q:
    """Condition of the reservations that stand so at ``at``."""
    match outcome:
        case Outcome.HOLDING:
            return Q(released_at=None, ends_at__gt=at)
        case Outcome.EXPIRED:
            return Q(released_at=None, ends_at__lte=at)
        case Outcome.ENDED:
            return Q(released_by_movement__isnull=False)
    return Q(released_at__isnull=False, released_by_movement=None)


def outcome(reservation: Reservation, *, at: datetime) -> Outcome:
    """How one reservation stands at ``at``."""
    if reservation.released_at is not None:
        return Outcome.ENDED if reservation.released_by_movement_id else Outcome.RELEASED
    return Outcome.HOLDING if reservation.ends_at > at else Outcome.EXPIRED


def kept_for(stay: Stay, *, at: datetime) -> Reservation | None:
    """The reservation of the bed that is kept for the stay at ``at``."""
    return Reservation.objects.filter(stay=stay, released_at=None, ends_at__gt=at).select_related("bed__room").first()


def kept_beds(stay_ids: Iterable[int]) -> set[int]:
    """The beds kept for these stays: what they say of their patients changes when these move."""
    return set(Reservation.objects.filter(stay__in=set(stay_ids), released_at=None).values_list("bed_id", flat=True))
