"""Stays where a test begins."""

from datetime import datetime, timedelta

from patients.actions import movements
from patients.models import Movement, MovementKind, MovementSource, Patient, Placement, Stay, StayKind, StayState
from patients.queries import locks
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from wards.models import DAY_KINDS, Bed, BedKind, Unit

AN_HOUR = timedelta(hours=1)


def expected(
    unit: Unit, *, patient: Patient | None = None, at: datetime = NOW - AN_HOUR, expected_at: datetime | None = None
) -> Stay:
    """A stay expected in ``unit``, said at ``at``."""
    facts = {"kind": StayKind.INPATIENT, "state": StayState.EXPECTED, "expected_at": expected_at or at}
    stay = Stay.objects.create(patient=patient or a_patient(), unit=unit, **facts)
    _moved(stay, MovementKind.PREADMISSION, unit, effective_at=stay.expected_at, at=at)
    return stay


def present(place: Bed | Unit, *, patient: Patient | None = None, at: datetime = NOW - AN_HOUR) -> Stay:
    """A stay whose patient has been in ``place`` (a bed, or a unit without a bed) since ``at``.

    The rows are those that the acts write; to act costs ten times as much.
    """
    bed = place if isinstance(place, Bed) else None
    unit = bed.room.unit if bed else place
    facts = {"kind": StayKind.INPATIENT, "state": StayState.PRESENT, "expected_at": at, "admitted_at": at}
    stay = Stay.objects.create(patient=patient or a_patient(), unit=unit, **facts)
    _moved(stay, MovementKind.PREADMISSION, unit, effective_at=at, at=at)
    _moved(stay, MovementKind.ADMISSION, unit, bed, effective_at=at, at=at)
    exempt = bed.kind != BedKind.BED if bed else unit.kind in DAY_KINDS
    Placement.objects.create(stay=stay, patient=stay.patient, unit=unit, bed=bed, exempt=exempt, starts_at=at)
    return stay


def _moved(
    stay: Stay, kind: MovementKind, unit: Unit, bed: Bed | None = None, *, effective_at: datetime, at: datetime
) -> None:
    said = {"source": MovementSource.HAND, "effective_at": effective_at, "entered_at": at}
    Movement.objects.create(stay=stay, kind=kind, unit=unit, bed=bed, **said)


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
