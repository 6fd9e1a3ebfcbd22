"""What a message says of a stay, in the words of the acts: a reading → which stay, what happened or is to."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from amh.interop.hl7.persons import domain
from amh.interop.hl7.readings import Location, Reading, VisitFacts
from patients.actions import practitioners
from patients.models import AnnouncementKind, ExitMode, MovementKind, Protection, StayKind, TransportMode
from patients.tellings import Announced, Happening, Visit
from wards.actions import structures
from wards.models import Bed, Unit

UNKNOWN_UNIT = "INCONNUE"


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

DESTINATIONS = {
    "2": ExitMode.REHABILITATION,
    "3": ExitMode.LONG_TERM_CARE,
    "6": ExitMode.HOME_CARE,
    "7": ExitMode.NURSING_HOME,
}
"""Where to, by ZFM-4, which tells more of a transfer, or of a home that is one of many."""

DISPOSITIONS = {"4": ExitMode.AGAINST_ADVICE, "F": ExitMode.UNAWARES, "E": ExitMode.UNAWARES}
"""How the patient left by PV1-36, which tells more of who left without a decision (DR-4, DR-10)."""


def number(reading: Reading) -> tuple[str, str]:
    """The movement's own number, behind its domain."""
    return domain(reading, reading.movement.movement_domain), reading.movement.movement_id


def visit(reading: Reading) -> Visit:
    """Which stay, and what is said of it."""
    said = reading.visit or VisitFacts()
    return Visit(
        domain=domain(reading, said.visit_domain if said.visit_number else said.account_domain),
        number=said.visit_number,
        account_number=said.account_number,
        kind=stay_kind(said),
        practitioner=practitioners.reference(said.responsible.rpps, said.responsible.family, said.responsible.given)
        if said.responsible
        else None,
        expected_at=said.expected_admission_at,
        expected_discharge_at=said.expected_discharge_at,
        expected_discharge_withdrawn=said.expected_discharge_withdrawn,
        protections=_protections(said),
        arrival_transport=_transport(said.arrival_transport),
        departure_transport=_transport(said.departure_transport),
        origin_finess=said.origin_finess,
        destination_finess=said.destination_finess,
        single_room=said.single_room,
    )


def stay_kind(visit: VisitFacts) -> StayKind | None:
    """How the patient is hospitalised, as far as it is said."""
    return MODES.get(visit.treatment_mode) or CLASSES.get(visit.patient_class)


def _transport(code: str) -> TransportMode | None:
    return TransportMode(code) if code in TransportMode.values else None


def _protections(visit: VisitFacts) -> dict[Protection, bool]:
    """What the message asks to hide this stay for, and what not, the reason that tells the least first (SEC-8)."""
    said = {Protection.PROTECTED_ACCESS: visit.restricted, Protection.VIP: visit.vip}
    return {protection: flag for protection, flag in said.items() if flag is not None}


def happening(reading: Reading, kind: MovementKind, *, at: datetime) -> Happening:
    """What happened, without its place."""
    movement = reading.movement
    return Happening(
        kind,
        movement.effective_at or at,
        *number(reading),
        ufs={"medical_uf": movement.medical_uf.code[:40], "care_uf": movement.care_uf.code[:40]},
        mode=_mode(reading) if kind == MovementKind.DISCHARGE else "",
        expected_return_at=reading.visit.expected_return_at if reading.visit and kind == MovementKind.LEAVE else None,
    )


def _mode(reading: Reading) -> ExitMode | str:
    visit = reading.visit or VisitFacts()
    pmsi = PMSI_EXITS.get(visit.pmsi_discharge_mode)
    goes_to = DESTINATIONS.get(visit.pmsi_destination) if pmsi in (ExitMode.HOME, ExitMode.TRANSFER) else None
    if pmsi == ExitMode.DEATH or (reading.patient is not None and reading.patient.deceased):
        return ExitMode.DEATH
    return DISPOSITIONS.get(visit.discharge_disposition.upper()) or goes_to or pmsi or ""


ABSENCES = frozenset({MovementKind.LEAVE, MovementKind.RETURN})
"""What may be told without a place: the patient's own then goes on."""


def placed(happening: Happening, reading: Reading, *, at: datetime, only_said: bool = False) -> Happening:
    """The happening with its place; an exit has none, a place that nobody knows is made, to be described later.

    With ``only_said``, what names no unit has no place either.
    """
    unplaced = happening.kind in ABSENCES and not reading.location.bed
    unsaid = only_said and not reading.location.uf
    if unplaced or unsaid or (happening.kind == MovementKind.DISCHARGE and not only_said):
        return happening
    unit = _unit(reading, at=at)
    ufs = happening.ufs | {"hosting_uf": reading.location.uf[:40]}
    return replace(happening, unit=unit, bed=_bed(unit, reading.location, at=at), ufs=ufs)


def announced(reading: Reading, kind: AnnouncementKind, *, at: datetime) -> Announced:
    """What is to come. A transfer goes to the place that is pending; a discharge is at PV2-9, else at ZBE-2."""
    movement = reading.movement
    place = reading.pending_location if reading.pending_location.uf else reading.location
    goes = kind == AnnouncementKind.TRANSFER and bool(place.uf)
    unit = structures.reference_unit(place.uf, "", at) if goes else None
    planned = reading.visit and kind == AnnouncementKind.DISCHARGE and reading.visit.expected_discharge_at
    return Announced(
        kind,
        planned or movement.effective_at or at,
        *number(reading),
        unit=unit,
        bed=_bed(unit, place, at=at) if unit else None,
        practitioner=visit(reading).practitioner if kind == AnnouncementKind.PHYSICIAN else None,
    )


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
