"""Finding stays by the numbers of other systems, or without any."""

from datetime import datetime

from patients.models import HERE, Patient, Stay, StayState
from wards.models import Unit


def by_visit(domain: str, number: str) -> Stay | None:
    """The stay that a system knows by this visit number."""
    return Stay.objects.filter(visit_domain=domain, visit_number=number).first() if number else None


def by_account(patient: Patient, domain: str, number: str) -> Stay | None:
    """The patient's newest stay of an administrative record, for systems that number no visit (HDJ-2)."""
    if not number:
        return None
    same = Stay.objects.filter(patient=patient, visit_domain=domain, visit_number="", account_number=number)
    return same.order_by("pk").last()


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
