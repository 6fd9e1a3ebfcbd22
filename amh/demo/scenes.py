"""What every scene of the demonstration draws on: the place, the staff, the crowd, the clock, and what was decided."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from amh.core.models import User
from amh.demo.accounts import Staff
from amh.demo.calendars import Calendar
from amh.demo.clocks import Clock
from amh.demo.ledgers import Visit
from amh.demo.people import People, Person
from amh.demo.places import Hospital
from patients.models import Certainty, StayKind
from wards.models import Bed, Cleaning, Unit, UnitKind

KINDS: dict[str, StayKind] = {
    UnitKind.DAY_HOSPITAL: StayKind.DAY_HOSPITAL,
    UnitKind.DAY_SURGERY: StayKind.DAY_SURGERY,
}
FILLED = 6
"""Patients of a ward, at most, whose records somebody has completed."""


@dataclass
class Scene:
    """One seed's hospital in the making."""

    hospital: Hospital
    staff: Staff
    people: People
    clock: Clock
    rng: Random
    calendar: Calendar = field(default_factory=Calendar)
    closed: set[int] = field(default_factory=set)
    visits: list[Visit] = field(default_factory=list)
    cleanings: list[Cleaning] = field(default_factory=list)
    waiting_names: list[Person] = field(default_factory=list)
    prospects: list[str] = field(default_factory=list)
    sexes: dict[int, str] = field(default_factory=dict)
    shut: dict[str, datetime] = field(default_factory=dict)
    """The day units, by code, that are closed at this hour, and when each opens again."""

    @property
    def now(self) -> datetime:
        """The moment at which the demonstration is made."""
        return self.clock.now

    def open_beds(self, code: str) -> list[Bed]:
        """The beds of a unit that are neither closed nor blocked."""
        return [bed for bed in self.hospital.beds[code] if bed.pk not in self.closed]

    def lying(self, code: str) -> list[Visit]:
        """Who lies in a bed of the unit that answers for them, those hidden left out; who came lately comes last."""
        lately = self.clock.day(-3, 0)
        found = [visit for visit in self.visits if _is_plainly_in(visit, code)]
        return sorted(found, key=lambda visit: visit.movements[0].effective_at > lately)

    def amh(self, unit: Unit) -> User:
        """The AMH who covers the unit."""
        return self.staff.amhs[unit.code]

    def visit(self, unit: Unit, person: Person, kind: StayKind | None = None) -> Visit:
        """Begin a stay under that unit."""
        physician = self.rng.choice(self.staff.physicians[unit.code])
        made = Visit(person, unit, kind or KINDS.get(unit.kind, StayKind.INPATIENT), physician)
        self.visits.append(made)
        return made

    def person_for(self, bed: Bed) -> Person:
        """Somebody for a bed: one of the chosen names while there are any, of one sex in a shared room."""
        sex = self.sexes.get(bed.room_id, "")
        chosen = next((person for person in self.waiting_names if not sex or person.patient.sex == sex), None)
        if chosen is not None:
            self.waiting_names.remove(chosen)
        person = chosen or self.people.someone(sex)
        self.sexes[bed.room_id] = person.patient.sex
        return person

    def expect(self, visit: Visit, leaving_at: datetime, certainty: Certainty, *, said_at: datetime) -> None:
        """Say when a patient will leave; one in four had been told another date before."""
        by = self.amh(visit.unit)
        if self.rng.random() < 0.25:
            visit.expect(leaving_at - timedelta(days=1), Certainty.POSSIBLE, said_at=said_at, by=by)
        visit.expect(leaving_at, certainty, said_at=min(said_at + timedelta(hours=3), self.now), by=by)

    def clean(self, bed: Bed, at: datetime) -> None:
        """Note that the bed was cleaned at ``at``."""
        by = self.staff.users["bionettoyage"]
        self.cleanings.append(Cleaning(bed=bed, done_at=at, done_by=by, entered_at=at))


def _is_plainly_in(visit: Visit, code: str) -> bool:
    is_hidden = visit.person.patient.protected or visit.written.protected
    bed = visit.movements[-1].bed if visit.is_present and not is_hidden else None
    return bed is not None and visit.unit.code == code and bed.room.unit_id == visit.unit.pk
