"""A small ward for the campaigns: one unit, and as many beds and patients as a round needs."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from amh.core.models import User
from amh.core.roles import Role
from amh.core.transactions import act
from patients.actions import movements, patients, stays
from patients.models import Movement, MovementKind, MovementSource, Patient, Stay, StayKind
from patients.queries import locks
from wards.models import Bed, Room, Unit

numbers = count(1)


@dataclass
class Ward:
    """A unit that opened before ``at``, and the bed manager who sees every name in it."""

    at: datetime
    unit: Unit = field(init=False)
    manager: User = field(init=False)

    def __post_init__(self) -> None:
        number = next(numbers)
        self.unit = Unit.objects.create(code=f"SOAK{number}", name=f"Unité d’essai {number}", valid_from=self.at)
        self.manager = User.objects.create_user(f"soak{number}", role=Role.BED_MANAGER)

    def bed(self) -> Bed:
        """A new bed, in a room of its own."""
        room = Room.objects.create(unit=self.unit, label=str(next(numbers)), valid_from=self.at)
        return Bed.objects.create(room=room, label="", valid_from=self.at)

    def patient(self) -> Patient:
        """A new patient, whom no other is called like."""
        traits = {"birth_name": f"PATIENT{next(numbers)}", "birth_date": "1958-03-12"}
        return patients.register(traits=traits, by=None, at=self.at)

    def expected(self, patient: Patient | None = None) -> Stay:
        """A stay that is awaited."""
        return stays.preadmit(
            patient=patient or self.patient(),
            unit=self.unit,
            expected_at=self.at,
            kind=StayKind.INPATIENT,
            by=None,
            at=self.at,
        )

    @act
    def told(self, stay: Stay, kind: MovementKind, bed: Bed | None, *, at: datetime) -> Movement:
        """What another system says happened to the patient at ``at``."""
        locked = locks.to_move(stay.pk)[stay.pk]
        said = Movement(stay=locked, kind=kind, source=MovementSource.FEED, effective_at=at)
        said.unit, said.bed = (self.unit, bed) if bed else (None, None)
        return movements.record(said, action=f"stay.{kind}", by=None, at=at)

    def present(self, bed: Bed) -> Stay:
        """A stay whose patient lies in ``bed``."""
        stay = self.expected()
        stays.admit(stay=stay, unit=self.unit, bed=bed, by=None, at=self.at)
        return stay
