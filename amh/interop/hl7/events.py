"""Event by event, what a message does here. The table is the whole of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from amh.interop.hl7.readings import INS, Action, Location, PatientTraits, Reading, VisitFacts
from patients.actions import notices, practitioners
from patients.models import ExitMode, IdentifierType, MovementKind, Protection, StayKind
from wards.actions import structures
from wards.models import Bed, Unit

INS_TEST_DOMAINS = frozenset({"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"})
"""OIDs of test and demonstration numbers, never kept in production (ID-4)."""

UNKNOWN_UNIT = "INCONNUE"


class Effect(StrEnum):
    """What an event does to the ledger."""

    INTRODUCE = "introduce"
    INSERT = "insert"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Event:
    """One line of the table: its effect, on movements of which kind."""

    effect: Effect
    kind: MovementKind | None = None


EVENTS = {
    "A01": Event(Effect.INSERT, MovementKind.ADMISSION),
    "A02": Event(Effect.INSERT, MovementKind.TRANSFER),
    "A03": Event(Effect.INSERT, MovementKind.DISCHARGE),
    "A05": Event(Effect.INSERT, MovementKind.PREADMISSION),
    "A11": Event(Effect.CANCEL, MovementKind.ADMISSION),
    "A12": Event(Effect.CANCEL, MovementKind.TRANSFER),
    "A13": Event(Effect.CANCEL, MovementKind.DISCHARGE),
    "A21": Event(Effect.INSERT, MovementKind.LEAVE),
    "A22": Event(Effect.INSERT, MovementKind.RETURN),
    "A28": Event(Effect.INTRODUCE),
    "A31": Event(Effect.INTRODUCE),
    "A52": Event(Effect.CANCEL, MovementKind.LEAVE),
    "A53": Event(Effect.CANCEL, MovementKind.RETURN),
}

MODES = {
    "03": StayKind.INPATIENT,
    "04": StayKind.DAY_HOSPITAL,
    "19": StayKind.SESSION,
    "23": StayKind.DAY_SURGERY,
    "07": StayKind.OUTPATIENT,
}
CLASSES = {"I": StayKind.INPATIENT, "R": StayKind.SESSION, "O": StayKind.OUTPATIENT, "E": StayKind.OUTPATIENT}
"""Kind of stay by PV1-21, else by PV1-2 (HDJ-1)."""


PMSI_EXITS = {
    "0": ExitMode.TRANSFER,
    "4": ExitMode.AGAINST_ADVICE,
    "6": ExitMode.TRANSFER,
    "7": ExitMode.TRANSFER,
    "8": ExitMode.HOME,
    "9": ExitMode.DEATH,
}
"""How the patient left by ZFM-2."""

DISPOSITIONS = {"4": ExitMode.AGAINST_ADVICE, "F": ExitMode.UNAWARES, "E": ExitMode.UNAWARES}
"""How the patient left by PV1-36, which tells more of who left without a decision (DR-4, DR-10)."""


def apply(reading: Reading, *, at: datetime) -> None:
    """Do what the message says; ``at`` is when it was received.

    Raises ``KeyError`` for an event that is not in the table, and whatever refusal the act raises.
    """
    event = EVENTS[reading.trigger]
    person = _person(reading)
    if event.kind is None:
        notices.introduce(person=person, at=at)
        return
    visit = _visit(reading)
    happening = _happening(reading, event.kind, at=at)
    if event.effect == Effect.CANCEL or _cancels(reading):
        notices.retract(person=person, visit=visit, happening=happening, at=at)
        return
    movement = notices.follow(person=person, visit=visit, happening=_placed(happening, reading, at=at), at=at)
    if movement is not None:
        notices.expect_discharge(movement.stay, visit, at=at)


def _cancels(reading: Reading) -> bool:
    return reading.movement.action == Action.CANCEL


def _domain(reading: Reading, said: str) -> str:
    """Numbers mean nothing outside their domain: the sender is one, when none is named."""
    return said or str(reading.sender)


def _person(reading: Reading) -> notices.Person:
    patient = reading.patient or PatientTraits()
    identifiers = []
    if patient.local:
        identifiers.append((IdentifierType.IPP.value, _domain(reading, patient.local.domain), patient.local.value))
    ins = [one for one in patient.identifiers if one.type == INS and _may_keep_ins(one.domain)]
    identifiers += [(IdentifierType.INS.value, one.domain, one.value) for one in ins]
    return notices.Person(tuple(identifiers), _traits(patient, has_ins=bool(ins)))


def _may_keep_ins(domain: str) -> bool:
    return settings.LOOPBACK_ONLY or domain not in INS_TEST_DOMAINS


TEXTS = ("birth_name", "first_names", "used_name", "used_first_name", "birth_date", "birth_place", "sex")


def _traits(patient: PatientTraits, *, has_ins: bool) -> dict[str, object]:
    traits: dict[str, object] = {name: value for name in TEXTS if (value := getattr(patient, name))}
    traits |= {name: "" for name in TEXTS if name in patient.deleted and name not in ("birth_name", "sex")}
    if patient.reliability_said:
        flags = ("identity_checked", "homonym", "doubtful", "fictive")
        traits |= {name: getattr(patient, name) for name in flags} | {"ins_retrieved": has_ins}
    if patient.protected:
        traits["protected"] = True
    if patient.deceased_at:
        traits["deceased_at"] = patient.deceased_at
    return traits


def _visit(reading: Reading) -> notices.Visit:
    visit = reading.visit or VisitFacts()
    return notices.Visit(
        domain=_domain(reading, visit.visit_domain if visit.visit_number else visit.account_domain),
        number=visit.visit_number,
        account_number=visit.account_number,
        kind=MODES.get(visit.treatment_mode) or CLASSES.get(visit.patient_class),
        practitioner=practitioners.reference(visit.responsible.rpps, visit.responsible.family, visit.responsible.given)
        if visit.responsible
        else None,
        expected_at=visit.expected_admission_at,
        expected_discharge_at=visit.expected_discharge_at,
        expected_discharge_withdrawn=visit.expected_discharge_withdrawn,
        protections=_protections(visit),
    )


def _protections(visit: VisitFacts) -> dict[Protection, bool]:
    """What the message asks to hide this stay for, and what not, the reason that tells the least first (SEC-8)."""
    said = {Protection.PROTECTED_ACCESS: visit.restricted, Protection.VIP: visit.vip}
    return {protection: flag for protection, flag in said.items() if flag is not None}


def _happening(reading: Reading, kind: MovementKind, *, at: datetime) -> notices.Happening:
    movement = reading.movement
    return notices.Happening(
        kind,
        movement.effective_at or at,
        _domain(reading, movement.movement_domain),
        movement.movement_id,
        ufs={"medical_uf": movement.medical_uf.code[:40], "care_uf": movement.care_uf.code[:40]},
        mode=_mode(reading) if kind == MovementKind.DISCHARGE else "",
        expected_return_at=reading.visit.expected_return_at if reading.visit and kind == MovementKind.LEAVE else None,
    )


def _mode(reading: Reading) -> ExitMode | str:
    visit = reading.visit or VisitFacts()
    pmsi = PMSI_EXITS.get(visit.pmsi_discharge_mode)
    if pmsi == ExitMode.DEATH or (reading.patient is not None and reading.patient.deceased):
        return ExitMode.DEATH
    return DISPOSITIONS.get(visit.discharge_disposition.upper()) or pmsi or ""


ABSENCES = frozenset({MovementKind.LEAVE, MovementKind.RETURN})
"""What may be told without a place: the patient's own then goes on."""


def _placed(happening: notices.Happening, reading: Reading, *, at: datetime) -> notices.Happening:
    """The happening with its place; an exit has none, a place that nobody knows is made, to be described later."""
    unplaced = happening.kind in ABSENCES and not reading.location.bed
    if happening.kind == MovementKind.DISCHARGE or unplaced:
        return happening
    unit = _unit(reading, at=at)
    ufs = happening.ufs | {"hosting_uf": reading.location.uf[:40]}
    return replace(happening, unit=unit, bed=_bed(unit, reading.location, at=at), ufs=ufs)


def _unit(reading: Reading, *, at: datetime) -> Unit:
    labels = {uf.code: uf.label for uf in (reading.movement.care_uf, reading.movement.medical_uf)}
    code = next(filter(None, [reading.location.uf, *reversed(labels)]), "")
    if not code:
        return structures.reference_unit(UNKNOWN_UNIT, _("Unité non précisée"), at)
    return structures.reference_unit(code, labels.get(code, ""), at)


def _bed(unit: Unit, location: Location, *, at: datetime) -> Bed | None:
    if location.bed:
        return structures.reference_bed(unit, location.room, location.bed, at)
    return None
