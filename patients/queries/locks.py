"""Rows locked for an action, always in the same order: patient, stay, beds by ascending id."""

from collections.abc import Iterable

from patients.models import Patient, Stay
from wards.models import Bed


def stay(pk: int) -> Stay:
    """Lock a stay behind its patient and return it fresh. Raises ``Stay.DoesNotExist``."""
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(stays=pk)
    locked = Stay.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=pk)
    locked.patient = patient
    return locked


def patient(pk: int) -> Patient:
    """Lock a patient and return the row fresh. Raises ``Patient.DoesNotExist``."""
    return Patient.objects.select_for_update(no_key=True).get(pk=pk)


def beds(pks: Iterable[int | None]) -> dict[int, Bed]:
    """Lock beds (``None`` is passed over) in ascending order and return them by id, with room and unit."""
    wanted = sorted({pk for pk in pks if pk is not None})
    locked = Bed.objects.select_for_update(of=("self",), no_key=True).select_related("room__unit")
    return {bed.pk: bed for bed in locked.filter(pk__in=wanted).order_by("pk")} if wanted else {}
