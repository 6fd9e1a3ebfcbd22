"""What is signalled about people."""

from collections import defaultdict
from collections.abc import Collection

from patients.models import Flag, Patient


def current(patient_ids: Collection[int]) -> dict[int, list[Flag]]:
    """The signalements that hold, by patient, in one query, in the order of their kinds; nothing: an empty list."""
    found: dict[int, list[Flag]] = {patient_id: [] for patient_id in patient_ids}
    for row in Flag.objects.filter(patient__in=patient_ids, ends_at=None).order_by("kind", "pk"):
        found[row.patient_id].append(row)
    return found


def history(patient: Patient) -> tuple[list[Flag], list[Flag]]:
    """The signalements of a patient: those that hold, and those that were lifted, the newest first."""
    parts: dict[bool, list[Flag]] = defaultdict(list)
    for row in Flag.objects.filter(patient=patient).select_related("entered_by").order_by("-starts_at", "-pk"):
        parts[row.ends_at is None].append(row)
    return parts[True], parts[False]
