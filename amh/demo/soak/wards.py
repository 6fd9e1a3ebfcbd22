"""A small ward for the campaigns: one unit, and as many beds and patients as a round needs."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from amh.core.models import User
from amh.core.roles import Role
from patients.actions import notices, patients, stays
from patients.actions.notices import Happening, Person, Visit
from patients.models import IdentifierType, MovementKind, Patient, Stay, StayKind
from wards.models import Bed, Room, Unit

numbers = count(1)
DOMAIN = "SOAK"
"""The domain of what another system tells."""


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
        number = str(next(numbers))
        traits = {"birth_name": f"PATIENT{number}", "birth_date": "1958-03-12"}
        ipp = (IdentifierType.IPP, DOMAIN, number)
        return patients.register(traits=traits, by=None, at=self.at, identifiers=[ipp])

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

    def told(self, stay: Stay, kind: MovementKind, bed: Bed | None, *, at: datetime) -> None:
        """Another system says that this happened to the patient at ``at``."""
        happening = Happening(kind, at, DOMAIN, unit=self.unit if bed else None, bed=bed)
        identifiers = tuple(stay.patient.identifiers.values_list("type", "domain", "value"))
        notices.follow(person=Person(identifiers, {}), visit=Visit(""), happening=happening, at=at)

    def present(self, bed: Bed) -> Stay:
        """A stay whose patient lies in ``bed``."""
        stay = self.expected()
        stays.admit(stay=stay, unit=self.unit, bed=bed, by=None, at=self.at)
        return stay
