"""Closures of beds, and those that one act made together."""

from datetime import datetime

from patients.queries import placements
from wards.models import Bed, Closure


def standing(bed: Bed, *, at: datetime) -> list[Closure]:
    """What closes the bed at ``at`` or is to close it later, the first begun first."""
    return sorted(placements.closures([bed.pk], after=at, until=None), key=lambda one: (one.starts_at, one.pk))


def together(closure: Closure) -> list[Closure]:
    """The closures that the same act made and that still end with this one, which is among them."""
    made = Closure.objects.filter(
        entered_at=closure.entered_at,
        entered_by=closure.entered_by_id,
        kind=closure.kind,
        reason=closure.reason,
        starts_at=closure.starts_at,
        ends_at=closure.ends_at,
    )
    return list(made.select_related("bed__room__unit").order_by("bed_id"))
