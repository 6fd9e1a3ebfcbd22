"""Who is on leave, and should be back soon or already."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from amh.core import parameters
from patients.models import Placement, Stay, StayState
from patients.queries.placements import reaching


class Leave(NamedTuple):
    """A patient on leave: where their bed is, when they are to be back, and whether that hour is past."""

    stay_id: int
    patient_id: int
    unit_id: int | None
    bed_id: int | None
    until: datetime
    late: bool


def overdue(at: datetime, *, unit_ids: Collection[int] | None = None) -> list[Leave]:
    """Leaves whose end is near (``leave_alert_minutes``) or past at ``at``, the latest first (DR-5). Three queries.

    ``unit_ids`` are those in which the patients' beds are, or which answer for those without one.
    """
    soon = at + parameters.minutes("leave_alert_minutes")
    due = Stay.objects.filter(state=StayState.ON_LEAVE, on_leave_until__lte=soon).order_by("on_leave_until", "pk")
    stays = list(due.only("patient_id", "unit_id", "on_leave_until"))
    here = Placement.objects.filter(reaching(at), stay__in=stays, starts_at__lte=at)
    places = {place.stay_id: place for place in here}
    found = [_leave(stay, places.get(stay.pk), at=at) for stay in stays]
    return [leave for leave in found if unit_ids is None or leave.unit_id in unit_ids]


def _leave(stay: Stay, place: Placement | None, *, at: datetime) -> Leave:
    until = stay.on_leave_until or at
    unit_id, bed_id = (place.unit_id, place.bed_id) if place else (stay.unit_id, None)
    return Leave(stay.pk, stay.patient_id, unit_id, bed_id, until, late=until < at)
