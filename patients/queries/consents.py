"""What patients answered: the newest holds."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from patients.models import Consent, Patient


def current(patient_ids: Collection[int]) -> dict[int, dict[str, Consent]]:
    """The answer that holds, by patient and subject, in one query. A subject nobody asked about is left out.

    ``patients.rules.consents.DEFAULTS`` says what holds then.
    """
    rows = Consent.objects.filter(patient__in=patient_ids).order_by("patient_id", "subject", "-given_at", "-pk")
    found: dict[int, dict[str, Consent]] = {patient_id: {} for patient_id in patient_ids}
    for row in rows.distinct("patient_id", "subject").select_related("stay"):
        found[row.patient_id][row.subject] = row
    return found


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
