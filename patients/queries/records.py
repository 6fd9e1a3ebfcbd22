"""The stays of a record, and each in a few words."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from amh.core import dates
from patients.models import Patient, Stay, StayState


def stays(patient: Patient) -> QuerySet[Stay]:
    """The stays of a patient that stand, the newest first, with their units."""
    standing = Stay.objects.filter(patient=patient).exclude(state=StayState.CANCELLED).select_related("unit")
    return standing.order_by(
        Coalesce("admitted_at", "expected_at", "discharged_at").desc(nulls_last=True), F("pk").desc()
    )


def words(stay: Stay) -> str:
    """A stay in a few words: « Hospitalisation complète, Médecine, 12/03/2026 »."""
    begins = stay.admitted_at or stay.expected_at
    parts = [stay.get_kind_display(), stay.unit.name if stay.unit else "", _day(begins)]
    return ", ".join(part for part in parts if part)


def _day(at: datetime | None) -> str:
    return f"{dates.local(at):%d/%m/%Y}" if at else ""
