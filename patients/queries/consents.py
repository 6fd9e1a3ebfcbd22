"""What patients answered: the newest holds."""

from collections import defaultdict
from typing import Any

from patients.models import Consent, Patient


def history(patient: Patient) -> dict[str, list[Consent]]:
    """Every answer of a patient by subject, the one that holds first."""
    rows = Consent.objects.filter(patient=patient).select_related("stay", "entered_by").order_by("-given_at", "-pk")
    found: dict[str, list[Consent]] = defaultdict(list)
    for row in rows:
        found[row.subject].append(row)
    return found


def noted(patient: Patient, **said: Any) -> Consent | None:
    """The same answer, if it is noted already."""
    return Consent.objects.filter(patient=patient, **said).first()
