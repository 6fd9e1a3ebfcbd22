"""Who opened whose record by an exceptional access, and until when."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from patients.models import ExceptionalAccess, Patient


def exceptions(user_ids: Collection[int], *, at: datetime) -> dict[int, frozenset[int]]:
    """The patients whose record each of these people may open at ``at``; whoever has none is left out. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    running = ExceptionalAccess.objects.filter(user__in=user_ids, starts_at__lte=at, ends_at__gt=at)
    for user_id, patient_id in running.values_list("user_id", "patient_id"):
        found[user_id].add(patient_id)
    return {user_id: frozenset(patient_ids) for user_id, patient_ids in found.items()}


def running(patient: Patient, *, user_id: int, at: datetime) -> ExceptionalAccess | None:
    """The exceptional access by which this person may open this record at ``at``."""
    own = ExceptionalAccess.objects.filter(user=user_id, patient=patient, starts_at__lte=at, ends_at__gt=at)
    return own.order_by("-ends_at").first()
