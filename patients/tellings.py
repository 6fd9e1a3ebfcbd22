"""What another system tells, as plain values: who, which stay, what happened or is to. Empty means: not said."""

from dataclasses import dataclass, field
from datetime import datetime

from patients.models import (
    AnnouncementKind,
    ConsentAnswer,
    ConsentSubject,
    ContactRole,
    CorrespondentRole,
    ExitMode,
    MovementKind,
    Practitioner,
    Protection,
    StayKind,
    TransportMode,
)
from wards.models import Bed, Unit

Identifiers = tuple[tuple[str, str, str], ...]
"""Numbers of a person: type, domain, value."""


@dataclass(frozen=True)
class Near:
    """Somebody around a patient."""

    role: ContactRole
    name: str
    relationship: str = ""
    phone: str = ""
    other_phone: str = ""


@dataclass(frozen=True)
class Follower:
    """A professional who follows a patient outside; ``withdrawn`` once the system takes them off."""

    role: CorrespondentRole
    practitioner: Practitioner
    withdrawn: bool = False


@dataclass(frozen=True)
class Answered:
    """What a patient answered, and when."""

    subject: ConsentSubject
    answer: ConsentAnswer
    given_at: datetime


@dataclass(frozen=True)
class Person:
    """Who, as another system knows them: ``traits`` are the fields of ``Patient`` that it said, and nothing else.

    With those around them, and their answers.
    """

    identifiers: Identifiers
    traits: dict[str, object]
    contacts: tuple[Near, ...] = ()
    correspondents: tuple[Follower, ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Visit:
    """Which stay, as another system knows it. Empty means: not said.

    ``protections`` are the reasons to hide it that the system gave, or took back.
    """

    domain: str
    number: str = ""
    account_number: str = ""
    kind: StayKind | None = None
    practitioner: Practitioner | None = None
    expected_at: datetime | None = None
    expected_discharge_at: datetime | None = None
    expected_discharge_withdrawn: bool = False
    protections: dict[Protection, bool] = field(default_factory=dict)
    arrival_transport: TransportMode | None = None
    departure_transport: TransportMode | None = None
    origin_finess: str = ""
    destination_finess: str = ""
    single_room: bool | None = None


@dataclass(frozen=True)
class Happening:
    """What happened, when, where. ``number`` is the sender's own for this movement.

    A discharge has its ``mode``, a leave the time of its ``expected_return_at``.
    """

    kind: MovementKind
    effective_at: datetime
    domain: str
    number: str = ""
    unit: Unit | None = None
    bed: Bed | None = None
    ufs: dict[str, str] = field(default_factory=dict)
    mode: ExitMode | str = ""
    expected_return_at: datetime | None = None


@dataclass(frozen=True)
class Announced:
    """What is to come, for when; where to, or who, as far as it is said. ``number`` is the sender's own."""

    kind: AnnouncementKind
    effective_at: datetime
    domain: str
    number: str = ""
    unit: Unit | None = None
    bed: Bed | None = None
    practitioner: Practitioner | None = None
