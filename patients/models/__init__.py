from patients.models.expected_discharges import Certainty, ExpectedDischarge
from patients.models.identifiers import IdentifierType, PatientIdentifier
from patients.models.movements import Movement, MovementKind, MovementSource
from patients.models.patients import IdentityStatus, Patient, Sex
from patients.models.placements import Placement
from patients.models.practitioners import Practitioner
from patients.models.reservations import Reservation
from patients.models.stays import STAY_TRANSITIONS, Stay, StayKind, StayState

__all__ = [
    "STAY_TRANSITIONS",
    "Certainty",
    "ExpectedDischarge",
    "IdentifierType",
    "IdentityStatus",
    "Movement",
    "MovementKind",
    "MovementSource",
    "Patient",
    "PatientIdentifier",
    "Placement",
    "Practitioner",
    "Reservation",
    "Sex",
    "Stay",
    "StayKind",
    "StayState",
]
