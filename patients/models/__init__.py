from patients.models.accesses import AccessReason, ExceptionalAccess, ReviewOutcome
from patients.models.announcements import Announcement, AnnouncementKind
from patients.models.consents import (
    ISOLATIONS,
    Consent,
    ConsentAnswer,
    ConsentSubject,
    Flag,
    FlagKind,
    Source,
)
from patients.models.contacts import Contact, ContactRole, Correspondent, CorrespondentRole
from patients.models.documents import Document, DocumentKind, ScanOutcome
from patients.models.expected_discharges import Certainty, ExpectedDischarge
from patients.models.facts import TASK_TRANSITIONS, Fact, Task, TaskState
from patients.models.identifiers import IdentifierType, PatientIdentifier
from patients.models.merges import Merge
from patients.models.movements import Movement, MovementKind, MovementSource, NoArrival
from patients.models.notices import AccessNotice
from patients.models.patients import HealthRecord, IdentityDocument, IdentityStatus, Patient, Protection, Sex
from patients.models.placements import Placement
from patients.models.practitioners import (
    DOCTORS,
    Address,
    AddressKind,
    Organisation,
    OrganisationKind,
    Practitioner,
    Profession,
)
from patients.models.reservations import Reservation
from patients.models.stays import HERE, STAY_TRANSITIONS, ExitMode, Stay, StayKind, StayState, TransportMode

__all__ = [
    "DOCTORS",
    "HERE",
    "ISOLATIONS",
    "STAY_TRANSITIONS",
    "TASK_TRANSITIONS",
    "AccessNotice",
    "AccessReason",
    "Address",
    "AddressKind",
    "Announcement",
    "AnnouncementKind",
    "Certainty",
    "Consent",
    "ConsentAnswer",
    "ConsentSubject",
    "Contact",
    "ContactRole",
    "Correspondent",
    "CorrespondentRole",
    "Document",
    "DocumentKind",
    "ExceptionalAccess",
    "ExitMode",
    "ExpectedDischarge",
    "Fact",
    "Flag",
    "FlagKind",
    "HealthRecord",
    "IdentifierType",
    "IdentityDocument",
    "IdentityStatus",
    "Merge",
    "Movement",
    "MovementKind",
    "MovementSource",
    "NoArrival",
    "Organisation",
    "OrganisationKind",
    "Patient",
    "PatientIdentifier",
    "Placement",
    "Practitioner",
    "Profession",
    "Protection",
    "Reservation",
    "ReviewOutcome",
    "ScanOutcome",
    "Sex",
    "Source",
    "Stay",
    "StayKind",
    "StayState",
    "Task",
    "TaskState",
    "TransportMode",
]
