"""Many stays written at once: the same rows as the ward's actions would have left, by the same projection.

Movements are the ledger, so a stay is planned as its movements; state and placements come out of
``patients.rules.projections``, and a test proves that rebuilding any of them changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from amh.core.models import AuditEntry, User
from amh.demo.people import DOMAIN, Person
from patients.models import (
    Certainty,
    ExpectedDischarge,
    Movement,
    MovementKind,
    MovementSource,
    Patient,
    PatientIdentifier,
    Placement,
    Practitioner,
    Stay,
    StayKind,
)
from patients.queries import delays
from patients.rules.projections import Projection, Segment, project
from wards.models import DAY_KINDS, Bed, BedKind, Unit

BATCH = 2000
ACTS = {
    MovementKind.PREADMISSION: "stay.preadmit",
    MovementKind.ADMISSION: "stay.admit",
    MovementKind.TRANSFER: "stay.move",
    MovementKind.LEAVE: "stay.leave",
    MovementKind.LOUNGE: "stay.to_lounge",
    MovementKind.DEATH: "stay.die",
    MovementKind.DISCHARGE: "stay.discharge",
}


@dataclass
class Visit:
    """A stay that is planned: whose, under which unit, and all that happens in it."""

    person: Person
    unit: Unit
    kind: StayKind
    practitioner: Practitioner | None = None
    expected_at: datetime | None = None
    movements: list[Movement] = field(default_factory=list)
    sayings: list[ExpectedDischarge] = field(default_factory=list)
    kept_bed: Bed | None = None
    stay: Stay | None = None

    @property
    def is_present(self) -> bool:
        """Tell whether the patient has come and not left."""
        return bool(self.movements) and self.movements[-1].kind in {MovementKind.ADMISSION, MovementKind.TRANSFER}

    @property
    def written(self) -> Stay:
        """The stay as ``write`` has saved it."""
        if self.stay is None:
            raise ValueError("this visit was not written yet")
        return self.stay

    def step(
        self, kind: MovementKind, at: datetime, place: Bed | Unit | None = None, *, by: User | None = None
    ) -> "Visit":
        """Add what happens at ``at``: with a bed, in a unit without one, or nowhere (a departure).

        Without ``by`` it was received from the hospital's administrative system.
        """
        bed, unit = (place, place.room.unit) if isinstance(place, Bed) else (None, place)
        source = MovementSource.HAND if by else MovementSource.FEED
        self.movements.append(
            Movement(kind=kind, source=source, unit=unit, bed=bed, effective_at=at, entered_at=at, entered_by=by)
        )
        return self

    def preadmit(self, expected_at: datetime, *, entered_at: datetime, by: User | None) -> "Visit":
        """Add the preadmission for ``expected_at``, made at ``entered_at``."""
        self.expected_at = expected_at
        self.step(MovementKind.PREADMISSION, expected_at, self.unit, by=by)
        self.movements[-1].entered_at = entered_at
        return self

    def expect(self, leaving_at: datetime, certainty: Certainty, *, said_at: datetime, by: User) -> "Visit":
        """Add a value of the expected discharge; the last one holds."""
        said = ExpectedDischarge(expected_at=leaving_at, certainty=certainty, entered_at=said_at, entered_by=by)
        self.sayings.append(said)
        return self

    def cancel(self, at: datetime, *, by: User) -> "Visit":
        """Strike all that was planned out."""
        for movement in self.movements:
            movement.cancelled_at, movement.cancelled_by = at, by
        return self


def write(visits: Sequence[Visit], *, prefix: str, at: datetime, audited: bool = True) -> None:
    """Save the visits at ``at``; ``prefix`` begins their numbers, ``audited`` adds the line that each act leaves."""
    held = delays.after_discharge({m.unit_id for visit in visits for m in visit.movements if m.unit_id is not None})
    projections = [project([m for m in visit.movements if m.cancelled_at is None], held) for visit in visits]
    _write_people([visit.person for visit in visits], at=at)
    _write_stays(visits, projections, prefix)
    movements = [movement for visit in visits for movement in visit.movements]
    _number(movements, prefix)
    Movement.objects.bulk_create(movements, batch_size=BATCH)
    Placement.objects.bulk_create(_placements(visits, projections), batch_size=BATCH)
    ExpectedDischarge.objects.bulk_create([said for visit in visits for said in visit.sayings], batch_size=BATCH)
    if audited:
        AuditEntry.objects.bulk_create([_audit(movement) for movement in movements], batch_size=BATCH)


def _write_people(people: Iterable[Person], *, at: datetime) -> None:
    new = [person for person in {id(person): person for person in people}.values() if person.patient.pk is None]
    Patient.objects.bulk_create([person.patient for person in new], batch_size=BATCH)
    PatientIdentifier.objects.bulk_create(
        [identifier for person in new for identifier in person.identifiers(at)], batch_size=BATCH
    )


def _write_stays(visits: Sequence[Visit], projections: Sequence[Projection], prefix: str) -> None:
    stays = [
        _stay(visit, projection, f"{prefix}{rank:07d}")
        for rank, (visit, projection) in enumerate(zip(visits, projections, strict=True), start=1)
    ]
    Stay.objects.bulk_create(stays, batch_size=BATCH)
    for visit, stay in zip(visits, stays, strict=True):
        visit.stay = stay
        for movement in visit.movements:
            movement.stay = stay
        for said in visit.sayings:
            said.stay = stay


def _number(movements: Sequence[Movement], prefix: str) -> None:
    """Give what was received the number by which its sender knows it."""
    for rank, movement in enumerate(movements, start=1):
        if movement.source == MovementSource.FEED:
            movement.domain, movement.number = DOMAIN, f"{prefix}{rank:07d}"


def _stay(visit: Visit, projection: Projection, number: str) -> Stay:
    last = visit.sayings[-1] if visit.sayings else None
    return Stay(
        patient=visit.person.patient,
        visit_domain=DOMAIN,
        visit_number=f"V{number}",
        account_number=f"D{number}",
        kind=visit.kind,
        state=projection.state,
        unit=visit.unit,
        practitioner=visit.practitioner,
        expected_at=visit.expected_at,
        admitted_at=projection.admitted_at,
        discharged_at=projection.discharged_at,
        exit_mode=projection.exit_mode,
        on_leave_until=projection.on_leave_until,
        expected_discharge_at=last.expected_at if last else None,
        expected_discharge_certainty=last.certainty if last else Certainty.POSSIBLE,
    )


def _placements(visits: Sequence[Visit], projections: Sequence[Projection]) -> list[Placement]:
    return [
        _placement(visit, segment)
        for visit, projection in zip(visits, projections, strict=True)
        for segment in projection.segments
    ]


def _placement(visit: Visit, segment: Segment) -> Placement:
    said = next(m for m in visit.movements if (m.unit_id, m.bed_id) == (segment.unit_id, segment.bed_id))
    is_day = said.bed.kind != BedKind.BED if said.bed else said.unit is not None and said.unit.kind in DAY_KINDS
    return Placement(
        stay=visit.stay,
        patient=visit.person.patient,
        unit_id=segment.unit_id,
        bed_id=segment.bed_id,
        exempt=is_day,
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
    )


def _audit(movement: Movement) -> AuditEntry:
    return AuditEntry(
        action=ACTS[MovementKind(movement.kind)],
        subject_type="patients.stay",
        subject_id=movement.stay_id,
        patient_id=movement.stay.patient_id,
        by=movement.entered_by,
        at=movement.entered_at,
        params={
            "movement": movement.pk,
            "unit": movement.unit_id,
            "bed": movement.bed_id,
            "effective_at": movement.effective_at.isoformat(),
        },
    )
