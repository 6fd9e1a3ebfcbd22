"""Stays brought by the real actions to where a test begins."""

from datetime import datetime, timedelta

from patients.actions import movements, stays
from patients.models import Movement, MovementKind, MovementSource, Patient, Stay, StayKind
from patients.queries import locks
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


def told(
    stay: Stay,
    kind: MovementKind,
    *,
    at: datetime,
    place: Bed | Unit | None = None,
    now: datetime | None = None,
    **facts: object,
) -> Movement:
    """What another system says happened to the patient at ``at``, heard at ``now`` (or at once)."""
    bed = place if isinstance(place, Bed) else None
    unit = bed.room.unit if bed else place
    locked = locks.to_move(stay.pk)[stay.pk]
    movement = Movement(
        stay=locked, kind=kind, source=MovementSource.FEED, effective_at=at, unit=unit, bed=bed, **facts
    )
    return movements.record(movement, action=f"stay.{kind}", by=None, at=now or at)
