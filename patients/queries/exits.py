"""What is known of how people will leave: said once for many stays, before a unit closes or days off begin."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from patients.models import Reservation, Stay


class Exit(NamedTuple):
    """How the patient of a stay is to leave: when and how sure, back from leave when, or to which kept bed."""

    stay_id: int
    state: str
    kind: str
    expected_at: datetime | None
    certainty: str
    back_at: datetime | None
    kept_unit_id: int | None
    kept_unit: str | None


def exits(stay_ids: Collection[int], *, at: datetime) -> dict[int, Exit]:
    """The exits of these stays by their ids, as they are known at ``at``: one statement, none for none."""
    if not stay_ids:
        return {}
    kept = Reservation.objects.filter(stay=OuterRef("pk"), released_at=None, ends_at__gt=at).order_by("-pk")
    rows = Stay.objects.filter(pk__in=stay_ids).annotate(
        kept_unit_id=_first(kept, "bed__room__unit"), kept_unit=_first(kept, "bed__room__unit__name")
    )
    when = ("expected_discharge_at", "expected_discharge_certainty", "on_leave_until")
    columns = ("pk", "state", "kind", *when, "kept_unit_id", "kept_unit")
    return {row[0]: Exit._make(row) for row in rows.order_by().values_list(*columns)}


def _first(rows: QuerySet[Reservation], column: str) -> Subquery:
    return Subquery(rows.values(column)[:1])
