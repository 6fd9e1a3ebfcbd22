"""What one ADT message says, as plain values. An empty text or ``None`` means: not said.

``deleted`` names the attributes that the sender asked to delete (``""`` in HL7), as opposed to saying nothing of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from amh.interop.hl7.deviations import Deviation
from amh.interop.hl7.messages import Sender

IPP = "IPP"
INS = "INS"
_NOT_LOCAL = {INS, "NH", "NI", "SS", "SN", "PPN", "DL", "RRI"}


class Action(StrEnum):
    """What ZBE-4 does to the movement."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Identifier:
    """An identifier of the patient; the domain of an INS is its OID."""

    type: str
    domain: str
    value: str


@dataclass(frozen=True)
class PractitionerName:
    """A professional as named by a message; ``identifier_type`` is RPPS, IDNPS, ADELI… or empty."""

    identifier: str
    identifier_type: str
    family: str
    given: str

    @property
    def rpps(self) -> str:
        """The RPPS number: 11 digits, said to be one. A national identifier (IDNPS) is never taken apart (PS-1)."""
        is_rpps = self.identifier_type == "RPPS" and len(self.identifier) == 11 and self.identifier.isdigit()
        return self.identifier if is_rpps else ""


@dataclass(frozen=True)
class PatientTraits:
    """Who the patient is, by PID and PD1. Names are as sent, letter for letter."""

    identifiers: tuple[Identifier, ...] = ()
    birth_name: str = ""
    first_names: str = ""
    used_name: str = ""
    used_first_name: str = ""
    birth_date: str = ""
    sex: str = ""
    birth_place: str = ""
    ins_retrieved: bool = False
    identity_checked: bool = False
    reliability_said: bool = False
    homonym: bool = False
    doubtful: bool = False
    fictive: bool = False
    phone: str = ""
    mobile: str = ""
    email: str = ""
    address: str = ""
    health_record: str = ""
    deceased: bool = False
    deceased_at: datetime | None = None
    protected: bool = False
    deleted: frozenset[str] = frozenset()

    @property
    def local(self) -> Identifier | None:
        """The identifier by which the sender knows the patient: the IPP, else a foreign record number."""
        return _local(self.identifiers)


def _local(identifiers: tuple[Identifier, ...]) -> Identifier | None:
    own = [identifier for identifier in identifiers if identifier.type not in _NOT_LOCAL]
    return min(own, key=lambda identifier: (identifier.type != IPP, identifier.type != "MR"), default=None)


@dataclass(frozen=True)
class Location:
    """Where, by a PL field; ``uf`` may stand alone, without room or bed."""

    uf: str = ""
    room: str = ""
    bed: str = ""


@dataclass(frozen=True)
class VisitFacts:
    """The stay, by PV1, PV2, PID-18, ZFM and ZFV.

    ``restricted`` (PV2-22) and ``vip`` (PV1-16) ask to hide this stay, or say that there is no need.
    """

    visit_number: str = ""
    visit_domain: str = ""
    account_number: str = ""
    account_domain: str = ""
    patient_class: str = ""
    treatment_mode: str = ""
    visit_indicator: str = ""
    responsible: PractitionerName | None = None
    expected_admission_at: datetime | None = None
    expected_discharge_at: datetime | None = None
    expected_discharge_withdrawn: bool = False
    discharge_disposition: str = ""
    pmsi_discharge_mode: str = ""
    expected_return_at: datetime | None = None
    restricted: bool | None = None
    vip: bool | None = None
    single_room: bool | None = None
    arrival_transport: str = ""
    departure_transport: str = ""
    origin_finess: str = ""
    destination_finess: str = ""
    pmsi_destination: str = ""


@dataclass(frozen=True)
class ContactFacts:
    """Somebody around the patient, by NK1; ``role`` is a letter of NK1-7, empty when none is said."""

    role: str
    name: str
    relationship: str = ""
    phone: str = ""
    other_phone: str = ""


@dataclass(frozen=True)
class RoleFacts:
    """A professional beside the patient, by ROL or PV1-8; ``withdrawn`` when the sender takes them off (ROL-2)."""

    role: str
    person: PractitionerName
    withdrawn: bool = False


@dataclass(frozen=True)
class AnswerFacts:
    """An answer of the patient, by ZFD-3, ZFA-9 or ZFA-11; ``given_at`` as far as it is said."""

    place: str
    code: str
    given_at: datetime | None = None


@dataclass(frozen=True)
class Relations:
    """The people around the patient, and what the patient answered."""

    contacts: tuple[ContactFacts, ...] = ()
    roles: tuple[RoleFacts, ...] = ()
    answers: tuple[AnswerFacts, ...] = ()


@dataclass(frozen=True)
class FunctionalUnit:
    """A functional unit (UF) of ZBE-7 or ZBE-8."""

    code: str = ""
    label: str = ""


@dataclass(frozen=True)
class MovementFacts:
    """The movement, by ZBE, or by the event and the other segments when there is no ZBE."""

    movement_id: str
    movement_domain: str
    effective_at: datetime | None
    action: Action
    historic: bool
    original_trigger: str
    medical_uf: FunctionalUnit
    care_uf: FunctionalUnit
    nature: str
    shifted: bool


@dataclass(frozen=True)
class Prior:
    """What was before a merge or a change of number, by MRG."""

    identifiers: tuple[Identifier, ...] = ()
    account_number: str = ""
    visit_number: str = ""

    @property
    def local(self) -> Identifier | None:
        """The identifier by which the sender knew the patient."""
        return _local(self.identifiers)

    @property
    def ins(self) -> str:
        """The INS that is taken away, if one is."""
        return next((one.value for one in self.identifiers if one.type == INS), "")


@dataclass(frozen=True)
class Reading:
    """All that one message says, and every oddity met on the way."""

    trigger: str
    sender: Sender
    patient: PatientTraits | None
    visit: VisitFacts | None
    location: Location
    pending_location: Location
    movement: MovementFacts
    prior: Prior
    deviations: tuple[Deviation, ...]
    relations: Relations = Relations()
