"""What of the stays asks for somebody’s work for as long as it lasts; the program’s own tasks follow it."""

from datetime import datetime
from typing import NamedTuple

from patients.models import Placement, StayState
from patients.queries import leaves
from patients.queries.leaves import Leave
from patients.queries.placements import reaching


class Cause(NamedTuple):
    """A stay that needs work of a ``kind`` of ``patients.work`` in a unit; its ``key`` is of this one time."""

    kind: str
    key: str
    stay_id: int
    unit_id: int | None


KINDS = LEAVE, BED, DEPARTURE = "leave_overdue", "bed_to_confirm", "departure_to_confirm"


def standing(at: datetime) -> list[Cause]:
    """The causes that stand at ``at``: leaves that are over, beds and departures to confirm. Five queries."""
    here = Placement.objects.filter(reaching(at), starts_at__lte=at)
    doubted = here.filter(to_confirm=True)
    left = here.filter(stay__state=StayState.DISCHARGED, stay__discharged_at__lte=at).select_related("stay")
    return [
        *(_cause(LEAVE, one, _mark(one.until)) for one in leaves.overdue(at) if one.late),
        *(_cause(BED, one, f"{one.wanted_bed_id or ''}:{_mark(one.starts_at)}") for one in doubted),
        *(_cause(DEPARTURE, one, _mark(one.stay.discharged_at)) for one in left),
    ]


def _cause(kind: str, of: Leave | Placement, mark: str) -> Cause:
    return Cause(kind, f"{kind}:{of.stay_id}:{mark}", of.stay_id, of.unit_id)


def _mark(moment: datetime | None) -> str:
    return f"{moment:%Y%m%d%H%M%S}" if moment else ""
