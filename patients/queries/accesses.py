"""Who opened whose record by an exceptional access, until when, and what is left to review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import ExceptionalAccess, Patient, ReviewOutcome, Stay
from patients.queries import scopes
from patients.vocabularies import Ground

MONTHS = 12
"""How many months the counts of the reviews go back."""


# An access runs from its first instant to its last, that one excluded.
EXCEPTIONS = """
SELECT user_id, 'patient', patient_id FROM patients_exceptionalaccess
WHERE starts_at <= %(at)s AND ends_at > %(at)s
"""


def record(pk: int) -> Patient | None:
    """The patient of this record, or of the one that goes on after a merge; ``None`` when there is none."""
    patient = Patient.objects.select_related("merged_into").filter(pk=pk, cancelled_at=None).first()
    while patient is not None and patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def running(patient: Patient, *, user_id: int, at: datetime) -> ExceptionalAccess | None:
    """The exceptional access by which this person may open this record at ``at``."""
    own = ExceptionalAccess.objects.filter(user=user_id, patient=patient, starts_at__lte=at, ends_at__gt=at)
    return own.order_by("-ends_at").first()


def grounds(patient_id: int, *, by: User, at: datetime, unit_ids: Iterable[int | None] | None = None) -> dict[str, Any]:
    """By what right ``by`` sees this patient, as a read trace keeps it: ``ground`` with the unit or the access.

    ``unit_ids`` are the units that answer for the patient, in order, when they are known already.
    """
    where = rules.units(by, Permission.VIEW_PATIENT)
    if unit_ids is None:
        stays = Stay.objects.filter(patient=patient_id)
        unit_ids = _answering(stays if where is None else stays.filter(scopes.lasting(at=at)))
    here = [unit for unit in unit_ids if unit is not None]
    if where is None:
        return {"ground": Ground.HOSPITAL, "unit_id": next(iter(here), None)}
    own = next((unit for unit in here if unit in where), None)
    if own is not None:
        return {"ground": Ground.UNIT, "unit_id": own}
    access = ExceptionalAccess.objects.filter(user=by, patient=patient_id, starts_at__lte=at, ends_at__gt=at).last()
    if access is not None:
        return exceptional(access)
    return {"ground": Ground.REGISTRATION} if rules.may(by, Permission.REGISTER) else {}


def exceptional(access: ExceptionalAccess) -> dict[str, Any]:
    """The same, of a record that an exceptional access alone opens."""
    return {"ground": Ground.EXCEPTION, "exceptional_access_id": access.pk}


def _answering(stays: QuerySet[Stay]) -> list[int | None]:
    """Units that answer or answered for these stays of a patient, or keep a bed, those of the newest first."""
    rows = stays.order_by("-pk", "-placements__starts_at")
    units = rows.values_list("placements__unit", "unit", "reservations__bed__room__unit")
    return [unit for row in units for unit in row]


def to_review() -> QuerySet[ExceptionalAccess]:
    """Accesses that nobody has reviewed yet, the oldest first: it has waited longest."""
    return _read(ExceptionalAccess.objects.filter(reviewed_at=None)).order_by("starts_at", "pk")


def reviewed() -> QuerySet[ExceptionalAccess]:
    """Accesses that were reviewed, the newest review first."""
    return _read(ExceptionalAccess.objects.filter(reviewed_at__isnull=False)).order_by("-reviewed_at", "-pk")


def _read(rows: QuerySet[ExceptionalAccess]) -> QuerySet[ExceptionalAccess]:
    return rows.select_related("user", "patient", "reviewed_by")


@dataclass(frozen=True)
class Month:
    """The exceptional accesses of one month: opened, reviewed, found unjustified."""

    first_day: datetime
    opened: int
    reviewed: int
    unjustified: int


def months(*, at: datetime) -> list[Month]:
    """The counts of the last months on the site's calendar, the present one first; a month without any is left out."""
    rows = ExceptionalAccess.objects.filter(starts_at__lte=at).annotate(
        month=TruncMonth("starts_at", tzinfo=timezone.get_default_timezone())
    )
    counts = rows.values("month").annotate(
        opened=Count("pk"),
        reviewed=Count("pk", filter=Q(reviewed_at__isnull=False)),
        unjustified=Count("pk", filter=Q(outcome=ReviewOutcome.UNJUSTIFIED)),
    )
    newest = counts.order_by("-month").values_list("month", "opened", "reviewed", "unjustified")
    return [Month(*row) for row in newest[:MONTHS]]
