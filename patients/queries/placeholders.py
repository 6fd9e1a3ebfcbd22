"""Units and beds that a message named and nobody has described yet, with who is there all the same."""

from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from wards.models import Bed, Unit
from wards.models.validity import valid_at


def units(*, at: datetime) -> QuerySet[Unit]:
    """Units to be referenced, in service at ``at``, with their ``patients_here``; the oldest first. One query."""
    rows = Unit.objects.filter(valid_at(at), to_be_referenced=True)
    return rows.annotate(patients_here=_here(at)).order_by("valid_from", "pk")


def beds(*, at: datetime) -> QuerySet[Bed]:
    """Beds to be referenced of the units that are described, likewise. One query."""
    rows = Bed.objects.filter(valid_at(at), to_be_referenced=True, room__unit__to_be_referenced=False)
    rows = rows.select_related("room__unit").annotate(patients_here=_here(at))
    return rows.order_by(F("room__unit__position"), "valid_from", "pk")


def _here(at: datetime) -> Count:
    lasting = Q(placements__ends_at=None) | Q(placements__ends_at__gt=at)
    return Count("placements", filter=lasting & Q(placements__starts_at__lte=at))
