"""What happened here, in the terms of the French profile: rows → what a message says."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from amh.interop.hl7 import sent
from amh.interop.hl7.acks import APPLICATION
from amh.interop.hl7.messages import Sender
from amh.interop.hl7.readings import (
    INS,
    IPP,
    Action,
    FunctionalUnit,
    Identifier,
    Location,
    MovementFacts,
    PatientTraits,
    PractitionerName,
    Prior,
    Reading,
    VisitFacts,
)
from amh.interop.hl7.sent import Event
from patients.models import (
    AnnouncementKind,
    ExitMode,
    ExpectedDischarge,
    IdentifierType,
    IdentityStatus,
    Movement,
    MovementKind,
    Patient,
    Practitioner,
    Protection,
    Stay,
    StayKind,
)
from wards.models import Bed

CLASSES = {
    StayKind.INPATIENT: ("I", "03"),
    StayKind.DAY_HOSPITAL: ("I", "04"),
    StayKind.DAY_SURGERY: ("I", "23"),
    StayKind.SESSION: ("R", "19"),
    StayKind.OUTPATIENT: ("O", "07"),
    StayKind.HOME_CARE: ("I", "06"),
}
"""PV1-2 and PV1-21 by kind of stay (HDJ-1)."""

EXITS = {
    ExitMode.HOME: ("", "8", ""),
    ExitMode.TRANSFER: ("", "7", ""),
    ExitMode.REHABILITATION: ("", "7", "2"),
    ExitMode.LONG_TERM_CARE: ("", "7", "3"),
    ExitMode.NURSING_HOME: ("", "8", "7"),
    ExitMode.HOME_CARE: ("", "7", "6"),
    ExitMode.HOSPITAL_HOTEL: ("", "8", ""),
    ExitMode.AGAINST_ADVICE: ("4", "4", ""),
    ExitMode.UNAWARES: ("F", "4", ""),
    ExitMode.NOT_RETURNED: ("F", "4", ""),
    ExitMode.DEATH: ("", "9", ""),
}
"""PV1-36, ZFM-2 and ZFM-4 by the way in which the patient left (DR-4, DR-9, DR-10)."""

HIDDEN = frozenset({Protection.PROTECTED_ACCESS, Protection.UNDISCLOSED})


@dataclass(frozen=True)
class Said:
    """How it is told: whether it is entered, corrected or taken back, under which number, as it stood at ``known``.

    ``domain`` is that of the numbers by which the other side knows people.
    """

    action: Action
    number: str
    known: datetime
    domain: str


def of_movement(movement: Movement, said: Said) -> tuple[Reading, Location]:
    """What a message says of a movement, and the place before it; a cancellation names the place before (PAM-3)."""
    kind, stay = MovementKind(movement.kind), movement.stay
    rows = [row for row in _standing(stay, known=said.known) if row.pk < movement.pk and row.order < movement.order]
    before = _last_place(rows)
    own = _place(movement) if movement.unit else None
    is_struck = said.action == Action.CANCEL
    place = (before or own if is_struck else own or before) or Location()
    facts = _facts(sent.EVENTS[kind], said, movement.effective_at, stay, [*rows, movement])
    reading = _reading(stay, said, facts, sent.EVENTS[kind], place)
    left = before if before and kind in MOVING and not is_struck else Location()
    return (reading if is_struck else _detailed(reading, movement)), left


def of_discharge_to_come(expected: ExpectedDischarge, said: Said) -> Reading:
    """What a message says of an exit that is sure, or is so no more."""
    event, rows = sent.EVENTS[AnnouncementKind.DISCHARGE], _standing(expected.stay, known=said.known)
    facts = _facts(event, said, expected.entered_at, expected.stay, rows)
    reading = _reading(expected.stay, said, facts, event, _last_place(rows) or Location())
    is_sure = said.action != Action.CANCEL
    at = _seconds(expected.expected_at) if is_sure else None
    return _with_visit(reading, expected_discharge_at=at, expected_discharge_withdrawn=not is_sure)


def trigger(event: Event, action: Action) -> str:
    """The event of a message that enters, corrects or takes back."""
    return {Action.INSERT: event.trigger, Action.UPDATE: sent.UPDATED, Action.CANCEL: event.cancel}[action]


def place_of(bed: Bed) -> Location:
    """A bed as messages name it."""
    return Location(bed.room.unit.code, bed.room.label, bed.label)


MOVING = frozenset({MovementKind.TRANSFER, MovementKind.LOUNGE})


def _detailed(reading: Reading, movement: Movement) -> Reading:
    """With what belongs to one kind alone: a return, an arrival to come, the way in which somebody left."""
    if movement.kind == MovementKind.LEAVE:
        return _with_visit(reading, expected_return_at=_seconds(movement.expected_return_at))
    if movement.kind == MovementKind.PREADMISSION:
        return _with_visit(reading, expected_admission_at=_seconds(movement.effective_at))
    if not movement.mode:
        return reading
    disposition, pmsi, destination = EXITS[ExitMode(movement.mode)]
    told = {"discharge_disposition": disposition, "pmsi_discharge_mode": pmsi, "pmsi_destination": destination}
    reading = _with_visit(reading, **told)
    if movement.mode != ExitMode.DEATH or reading.patient is None:
        return reading
    died_at = _seconds(movement.stay.patient.deceased_at)
    return replace(reading, patient=replace(reading.patient, deceased=True, deceased_at=died_at))


def _with_visit(reading: Reading, **said: Any) -> Reading:
    return replace(reading, visit=replace(reading.visit or VisitFacts(), **said))


def _seconds(at: datetime | None) -> datetime | None:
    return at.replace(microsecond=0) if at else None


def _facts(event: Event, said: Said, at: datetime, stay: Stay, rows: list[Movement]) -> MovementFacts:
    """ZBE; the units responsible are the last that anybody said, else the unit of the stay."""
    fallback = stay.unit.code if stay.unit else ""
    return MovementFacts(
        movement_id=said.number,
        movement_domain=APPLICATION,
        effective_at=_seconds(at),
        action=said.action,
        historic=False,
        original_trigger="" if said.action == Action.INSERT else event.trigger,
        medical_uf=FunctionalUnit(_last([row.medical_uf for row in rows]) or fallback),
        care_uf=FunctionalUnit(_last([row.care_uf for row in rows]) or fallback),
        nature=event.nature,
        shifted=False,
    )


def _reading(stay: Stay, said: Said, facts: MovementFacts, event: Event, place: Location) -> Reading:
    return Reading(
        trigger=trigger(event, said.action),
        sender=Sender(APPLICATION, ""),
        patient=_patient(stay.patient, said.domain),
        visit=_visit(stay),
        location=place if place.uf else Location(stay.unit.code if stay.unit else ""),
        pending_location=Location(),
        movement=facts,
        prior=Prior(),
        deviations=(),
    )


def _patient(patient: Patient, domain: str) -> PatientTraits:
    is_qualified = patient.identity_status == IdentityStatus.QUALIFIED
    kinds = Q(type=IdentifierType.IPP, domain=domain)
    kinds |= Q(type=IdentifierType.INS) if is_qualified else Q(pk__in=[])
    rows = patient.identifiers.filter(kinds, valid_until=None).order_by("type", "pk").reverse()
    kept = [Identifier(IPP if row.type == IdentifierType.IPP else INS, row.domain, row.value) for row in rows]
    return PatientTraits(
        identifiers=tuple(kept),
        birth_name=patient.birth_name,
        first_names=patient.first_names,
        used_name=patient.used_name,
        used_first_name=patient.used_first_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        birth_place=patient.birth_place,
        ins_retrieved=any(one.type == INS for one in kept),
        identity_checked=patient.identity_checked and not (patient.doubtful or patient.fictive),
        reliability_said=True,
        homonym=patient.homonym,
        doubtful=patient.doubtful,
        fictive=patient.fictive,
        protected=patient.protected,
    )


def _visit(stay: Stay) -> VisitFacts:
    """The stay; one that began here has our own number."""
    patient_class, mode = CLASSES[StayKind(stay.kind)]
    number, domain = (stay.visit_number, stay.visit_domain) if stay.visit_number else (f"S{stay.pk}", APPLICATION)
    is_hidden = stay.protected and stay.protection in HIDDEN
    return VisitFacts(
        visit_number=number,
        visit_domain=domain,
        account_number=stay.account_number,
        account_domain=(stay.account_domain or stay.visit_domain) if stay.account_number else "",
        patient_class=patient_class,
        treatment_mode=mode,
        responsible=_practitioner(stay.practitioner) if stay.practitioner else None,
        restricted=True if is_hidden else None,
        vip=True if stay.protection == Protection.VIP else None,
    )


def _practitioner(one: Practitioner) -> PractitionerName:
    return PractitionerName(one.rpps, "RPPS" if one.rpps else "", family=one.family_name, given=one.given_name)


def _standing(stay: Stay, *, known: datetime) -> list[Movement]:
    """The movements that stand, or were struck out after ``known`` only, the earliest first."""
    standing = Q(cancelled_at=None) | Q(cancelled_at__gt=known)
    return sorted(stay.movements.filter(standing).select_related("unit", "bed__room"), key=lambda row: row.order)


def _last_place(rows: list[Movement]) -> Location | None:
    located = [row for row in rows if row.unit is not None and row.kind != MovementKind.PREADMISSION]
    return _place(located[-1]) if located else None


def _place(movement: Movement) -> Location:
    """The unit and bed of a movement; who waits in the lounge has given the bed up."""
    bed = None if movement.kind == MovementKind.LOUNGE else movement.bed
    return Location(
        movement.unit.code if movement.unit else "", bed.room.label if bed else "", bed.label if bed else ""
    )


def _last(codes: list[str]) -> str:
    return next((code for code in reversed(codes) if code), "")
