"""Stays brought by the real actions to where a test begins."""

from datetime import datetime, timedelta

from patients.actions import stays
from patients.models import Movement, Patient, Stay, StayKind
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from wards.models import Bed, Unit

AN_HOUR = timedelta(hours=1)


def expected(
    unit: Unit, *, patient: Patient | None = None, at: datetime = NOW - AN_HOUR, expected_at: datetime | None = None
) -> Stay:
    """A stay expected in ``unit``, said at ``at``."""
    return stays.preadmit(
        patient=patient or a_patient(),
        unit=unit,
        expected_at=expected_at or at,
        kind=StayKind.INPATIENT,
        by=None,
        at=at,
    )


def present(place: Bed | Unit, *, patient: Patient | None = None, at: datetime = NOW - AN_HOUR) -> Stay:
    """A stay whose patient has been in ``place`` (a bed, or a unit without a bed) since ``at``."""
    bed = place if isinstance(place, Bed) else None
    unit = bed.room.unit if bed else place
    stay = expected(unit, patient=patient, at=at)
    stays.admit(stay=stay, unit=unit, bed=bed, by=None, at=at)
    return fresh(stay)


def fresh(stay: Stay) -> Stay:
    """The stay as the database has it now."""
    return Stay.objects.select_related("patient", "unit").get(pk=stay.pk)


def last(stay: Stay) -> Movement:
    """The movement written last."""
    return stay.movements.latest("pk")
