"""What is signalled about people."""

from collections import defaultdict

from patients.models import Flag, Patient


def history(patient: Patient) -> tuple[list[Flag], list[Flag]]:
    """The signalements of a patient: those that hold, and those that were lifted, the newest first."""
    parts: dict[bool, list[Flag]] = defaultdict(list)
    for row in Flag.objects.filter(patient=patient).select_related("entered_by").order_by("-starts_at", "-pk"):
        parts[row.ends_at is None].append(row)
    return parts[True], parts[False]
