"""Finding stays by the numbers of other systems, or without any; those that are expected."""

from datetime import datetime, timedelta

from django.db.models import Q

from patients.models import HERE, Movement, MovementKind, Patient, Stay, StayState
from patients.queries.occupancy import end_of_day
from wards.models import Unit

A_DAY = timedelta(days=1)


def by_visit(domain: str, number: str) -> Stay | None:
    """The stay that a system knows by this visit number."""
    return Stay.objects.filter(visit_domain=domain, visit_number=number).first() if number else None


def by_account(patient: Patient, domain: str, number: str) -> Stay | None:
    """The patient's newest stay of an administrative record, for systems that number no visit (HDJ-2)."""
    if not number:
        return None
    same = Stay.objects.filter(patient=patient, visit_domain=domain, visit_number="", account_number=number)
    return same.order_by("pk").last()


def newest_of_account(patient: Patient, number: str) -> Stay | None:
    """The patient's newest stay of an administrative record, however its visit is numbered."""
    return patient.stays.filter(account_number=number).order_by("pk").last() if number else None


def going_on(patient: Patient, domain: str) -> Stay | None:
    """The patient's newest stay of an unnumbered system, unless it is over."""
    same = Stay.objects.filter(patient=patient, visit_domain=domain, visit_number="")
    return same.filter(state__in=[StayState.EXPECTED, *HERE]).order_by("pk").last()


def newest(patient: Patient, domain: str) -> Stay | None:
    """The patient's newest stay of an unnumbered system, over or not."""
    return Stay.objects.filter(patient=patient, visit_domain=domain, visit_number="").order_by("pk").last()


def expected(unit: Unit, *, after: datetime, until: datetime | None) -> list[Stay]:
    """Stays expected in the unit between the two moments, the first first."""
    rows = Stay.objects.filter(unit=unit, state=StayState.EXPECTED, expected_at__gte=after)
    if until is not None:
        rows = rows.filter(expected_at__lt=until)
    return list(rows.select_related("patient").order_by("expected_at", "pk"))


def beside(patient: Patient, *, expected_at: datetime) -> list[Stay]:
    """Stays of the patient that go on, or are expected on the same day as ``expected_at``."""
    same_day = Q(expected_at__gte=end_of_day(expected_at - A_DAY), expected_at__lt=end_of_day(expected_at))
    rows = Stay.objects.filter(Q(state__in=HERE) | Q(same_day, state=StayState.EXPECTED), patient=patient)
    return list(rows.select_related("unit").order_by("pk"))


def was_expected(stay: Stay, *, at: datetime) -> bool:
    """Tell whether the stay was ever expected at that hour."""
    versions = Stay.pgh_event_model.objects.filter(pgh_obj=stay, expected_at=at)  # type: ignore[attr-defined]
    return bool(versions.exists())


def called_off(stay: Stay) -> Movement | None:
    """The preadmission of the stay that was struck out last."""
    rows = stay.movements.filter(kind=MovementKind.PREADMISSION, cancelled_at__isnull=False)
    return rows.select_related("unit").order_by("cancelled_at", "pk").last()


def expected_because(stay: Stay) -> str:
    """The reason that was given with the expected discharge as it holds."""
    return stay.expected_discharges.order_by("-pk").values_list("reason", flat=True).first() or ""
