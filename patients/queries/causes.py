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
    late = [(leave.stay_id, leave.unit_id, leave.until) for leave in leaves.overdue(at) if leave.late]
    here = Placement.objects.filter(reaching(at), starts_at__lte=at)
    doubted = here.filter(to_confirm=True).values_list("stay_id", "unit_id", "starts_at", "wanted_bed_id")
    left = here.filter(stay__state=StayState.DISCHARGED, stay__discharged_at__lte=at)
    departing = left.values_list("stay_id", "unit_id", "stay__discharged_at")
    return [
        Cause(kind, ":".join([kind, str(stay_id), *map(_mark, marks)]), stay_id, unit_id)
        for kind, rows in zip(KINDS, (late, doubted, departing), strict=True)
        for stay_id, unit_id, *marks in rows
    ]


def _mark(value: object) -> str:
    return f"{value:%Y%m%d%H%M%S}" if isinstance(value, datetime) else str(value or "")
