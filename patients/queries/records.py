"""The stays of a record, and each in a few words."""

from datetime import datetime

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from amh.core import dates
from patients.models import Movement, MovementKind, Patient, Stay, StayState


def stays(patient: Patient) -> QuerySet[Stay]:
    """The stays of a patient that stand, the newest first, with their units."""
    standing = Stay.objects.filter(patient=patient).exclude(state=StayState.CANCELLED).select_related("unit")
    return standing.order_by(
        Coalesce("admitted_at", "expected_at", "discharged_at").desc(nulls_last=True), F("pk").desc()
    )


def called_off(patient: Patient) -> QuerySet[Stay]:
    """The stays that were called off, the newest first; each with its preadmissions that were ``struck`` out."""
    struck = Movement.objects.filter(kind=MovementKind.PREADMISSION, cancelled_at__isnull=False)
    struck = struck.select_related("cancelled_by").order_by("cancelled_at", "pk")
    rows = Stay.objects.filter(patient=patient, state=StayState.CANCELLED).select_related("unit", "practitioner")
    return rows.prefetch_related(Prefetch("movements", struck, to_attr="struck")).order_by("-expected_at", "-pk")


def words(stay: Stay) -> str:
    """A stay in a few words: « Hospitalisation complète, Médecine, 12/03/2026 »."""
    begins = stay.admitted_at or stay.expected_at
    parts = [stay.get_kind_display(), stay.unit.name if stay.unit else "", _day(begins)]
    return ", ".join(part for part in parts if part)


def _day(at: datetime | None) -> str:
    return f"{dates.local(at):%d/%m/%Y}" if at else ""
