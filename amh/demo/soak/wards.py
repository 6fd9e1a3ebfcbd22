"""A small ward for the campaigns: one unit, and as many beds, patients and people as a round needs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from amh.core.models import User
from amh.core.roles import Role
from patients.actions import notices, stays
from patients.models import (
    IdentifierType,
    Movement,
    MovementKind,
    MovementSource,
    Patient,
    PatientIdentifier,
    Placement,
    Stay,
    StayKind,
    StayState,
)
from patients.tellings import Happening, Person, Visit
from wards.models import Bed, Membership, Room, Unit

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
numbers = count(1)
DOMAIN = "SOAK"
"""The domain of what another system tells."""


@dataclass
class Ward:
    """A unit that opened ``at`` a moment, and the bed manager who sees every name in it; acts meet a minute later."""

    at: datetime
    unit: Unit = field(init=False)
    manager: User = field(init=False)

    def __post_init__(self) -> None:
        self.unit = self.another_unit()
        self.manager = self.colleague(Role.BED_MANAGER)

    @property
    def now(self) -> datetime:
        """When the acts meet."""
        return self.at + A_MINUTE

    @property
    def later(self) -> datetime:
        """An hour after the acts have met."""
        return self.now + AN_HOUR

    def name(self) -> str:
        """A name that nothing else has."""
        return f"SOAK{next(numbers)}"

    def another_unit(self, **said: object) -> Unit:
        """A new unit."""
        name = self.name()
        return Unit.objects.create(**{"code": name, "name": f"Unité {name}", "valid_from": self.at} | said)

    def colleague(self, role: Role) -> User:
        """Somebody of a trade who works in the unit."""
        user = User(username=self.name(), role=role)
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, unit=self.unit, valid_from=self.at)
        return user

    def administrator(self) -> User:
        """Somebody who may set everything."""
        return self.colleague(Role.ADMINISTRATOR)

    def pair(self, role: Role) -> tuple[User, User]:
        """Two people of a trade who work in the unit."""
        return self.colleague(role), self.colleague(role)

    def bed(self, unit: Unit | None = None) -> Bed:
        """A new bed, in a room of its own."""
        room = Room.objects.create(unit=unit or self.unit, label=str(next(numbers)), valid_from=self.at)
        return Bed.objects.create(room=room, label="", valid_from=self.at)

    def patient(self) -> Patient:
        """A new patient, whom no other is called like."""
        number = str(next(numbers))
        patient = Patient.objects.create(birth_name=f"PATIENT{number}", birth_date="1958-03-12")
        ipp = {"type": IdentifierType.IPP, "domain": DOMAIN, "value": number}
        PatientIdentifier.objects.create(patient=patient, valid_from=self.at, **ipp)
        return patient

    def expected(self, patient: Patient | None = None) -> Stay:
        """A stay that is awaited."""
        stay = Stay.objects.create(patient=patient or self.patient(), unit=self.unit, expected_at=self.at)
        self._moved(stay, MovementKind.PREADMISSION)
        return stay

    def present(self, bed: Bed | None = None, patient: Patient | None = None) -> Stay:
        """A stay whose patient lies in ``bed``, a new one unless it is given.

        Written as rows, just as the acts would write them: to stage a round by acts costs more than the round.
        """
        stay, bed = self.expected(patient), bed or self.bed()
        self._moved(stay, MovementKind.ADMISSION, bed)
        stay.state, stay.admitted_at = StayState.PRESENT, self.at
        stay.save(update_fields=["state", "admitted_at"])
        Placement.objects.create(stay=stay, patient=stay.patient, unit=self.unit, bed=bed, starts_at=self.at)
        return stay

    def _moved(self, stay: Stay, kind: MovementKind, bed: Bed | None = None) -> None:
        said = {"source": MovementSource.HAND, "effective_at": self.at, "entered_at": self.at}
        Movement.objects.create(stay=stay, kind=kind, unit=self.unit, bed=bed, **said)

    def preadmit(self, patient: Patient) -> Stay:
        """The act of expecting a patient."""
        return stays.preadmit(
            patient=patient, unit=self.unit, expected_at=self.now, kind=StayKind.INPATIENT, by=None, at=self.now
        )

    def told(self, stay: Stay, kind: MovementKind, bed: Bed | None, *, at: datetime) -> None:
        """The act of another system that says what happened to the patient at ``at``."""
        happening = Happening(kind, at, DOMAIN, unit=self.unit if bed else None, bed=bed)
        notices.follow(person=self.person(stay.patient), visit=Visit(""), happening=happening, at=at)

    def person(self, patient: Patient) -> Person:
        """A patient as another system knows them."""
        return Person(tuple(patient.identifiers.values_list("type", "domain", "value")), {})
