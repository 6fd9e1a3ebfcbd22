"""What of the stays asks for somebody’s work for as long as it lasts; the program’s own tasks follow it."""

from datetime import datetime
from typing import NamedTuple

from patients.models import Placement, StayState
from patients.queries import leaves
from patients.queries.placements import reaching


class Cause(NamedTuple):
    """A stay that needs work of a ``kind`` of ``patients.work`` in a unit; its ``key`` is of this one time."""

    kind: str
    key: str
    stay_id: int
    unit_id: int | None


KINDS = ("leave_overdue", "bed_to_confirm", "departure_to_confirm")


def standing(at: datetime) -> list[Cause]:
    """The causes that stand at ``at``: leaves that are over, beds and departures to confirm. Five queries."""
    late = [(leave.stay_id, leave.unit_id, _mark(leave.until)) for leave in leaves.overdue(at) if leave.late]
    here = Placement.objects.filter(reaching(at), starts_at__lte=at)
    doubts = here.filter(to_confirm=True).values_list("stay_id", "unit_id", "wanted_bed_id", "starts_at")
    doubted = [(stay_id, unit_id, f"{bed_id or ''}:{_mark(since)}") for stay_id, unit_id, bed_id, since in doubts]
    left = here.filter(stay__state=StayState.DISCHARGED, stay__discharged_at__lte=at).select_related("stay")
    departing = [(place.stay_id, place.unit_id, _mark(place.stay.discharged_at)) for place in left]
    return [
        Cause(kind, f"{kind}:{stay_id}:{mark}", stay_id, unit_id)
        for kind, rows in zip(KINDS, (late, doubted, departing), strict=True)
        for stay_id, unit_id, mark in rows
    ]


def _mark(moment: datetime | None) -> str:
    return f"{moment:%Y%m%d%H%M%S}" if moment else ""
