"""Hébergés: patients of a unit who lie in a bed of another."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, F
from django.db.models.functions import Coalesce

from patients.models import Placement, StayState
from patients.models.placements import Forever


def elsewhere(at: datetime, *, unit_ids: Collection[int]) -> dict[int, int]:
    """For each of these units, how many of its patients lie in beds of others at ``at``; who has died is not counted.

    One statement; a unit without any is left out.
    """
    going_on = Placement.objects.annotate(end=Coalesce("ends_at", Forever())).filter(end__gt=at, starts_at__lte=at)
    rows = going_on.filter(bed__isnull=False, stay__unit__in=unit_ids)
    others = rows.exclude(unit=F("stay__unit")).exclude(stay__state=StayState.DECEASED)
    return dict(others.order_by().values_list("stay__unit").annotate(Count("pk")))
