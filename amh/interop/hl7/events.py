"""What a message says, done here: the effect that the table gives, in the words of the acts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.interop.hl7 import table
from amh.interop.hl7.readings import INS, Location, PatientTraits, Reading, VisitFacts
from amh.interop.hl7.table import Effect, Event, Kind
from patients.actions import announcements, notices, practitioners, renumberings
from patients.models import AnnouncementKind, ExitMode, IdentifierType, MovementKind, Protection, StayKind
from patients.queries import movements as ledger
from patients.tellings import Announced, Happening, Person, Visit
from wards.actions import structures
from wards.models import Bed, Unit

INS_TEST_DOMAINS = frozenset({"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"})
"""OIDs of test and demonstration numbers, never kept in production (ID-4)."""

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

DISPOSITIONS = {"4": ExitMode.AGAINST_ADVICE, "F": ExitMode.UNAWARES, "E": ExitMode.UNAWARES}
"""How the patient left by PV1-36, which tells more of who left without a decision (DR-4, DR-10)."""


class Outside(Exception):
    """The message is about somebody who is no inpatient: it is kept, and nothing is done."""


def apply(reading: Reading, *, at: datetime) -> None:
    """Do what the message says; ``at`` is when it was received.

    Raises ``KeyError`` for an event that is not in the table, ``Outside``, and whatever refusal the act raises.
    """
    event = table.EVENTS[reading.trigger]
    effect = event.effects[reading.movement.action]
    if effect in MOVING and _is_outside(reading):
        raise Outside
    DEEDS[effect](reading, event, at)


MOVING = frozenset({Effect.ENTER, Effect.REWRITE, Effect.CORRECT, Effect.STRIKE})
ADMITTING = frozenset({"A01", "A06", "A07"})
"""Events by which somebody becomes an inpatient, or ceases to be one: they count whatever the class of the patient."""


def _is_outside(reading: Reading) -> bool:
    is_outpatient = _kind(reading.visit or VisitFacts()) == StayKind.OUTPATIENT
    return is_outpatient and reading.trigger not in ADMITTING and not notices.is_inside(_visit(reading))


def _introduce(reading: Reading, event: Event, at: datetime) -> None:
    notices.introduce(person=_person(reading), at=at)


def _enter(reading: Reading, event: Event, at: datetime) -> None:
    _tell(reading, event.kind, at=at)


def _correct(reading: Reading, event: Event, at: datetime) -> None:
    """What is corrected is of the kind that the original event says, else of the kind that is known by its number."""
    kind = table.original(reading.movement.original_trigger) or ledger.kind_of(*_number(reading))
    _tell(reading, kind, at=at, only_known=True)


def _tell(reading: Reading, kind: Kind | None, *, at: datetime, only_known: bool = False) -> None:
    if kind is None:
        raise Conflict(_("Mouvement à corriger inconnu ici."), code="unknown_movement")
    person, visit = _person(reading), _visit(reading)
    if isinstance(kind, AnnouncementKind):
        announcement = _announced(reading, kind, at=at)
        announcements.announce(person=person, visit=visit, announced=announcement, only_known=only_known, at=at)
        return
    happening = _placed(_happening(reading, kind, at=at), reading, at=at, only_said=only_known)
    movement = notices.follow(person=person, visit=visit, happening=happening, only_known=only_known, at=at)
    if movement is not None:
        notices.expect_discharge(movement.stay, visit, at=at)


def _strike(reading: Reading, event: Event, at: datetime) -> None:
    person, visit, kind = _person(reading), _visit(reading), event.struck or event.kind
    if isinstance(kind, AnnouncementKind):
        announcements.withdraw(person=person, visit=visit, announced=_announced(reading, kind, at=at), at=at)
    elif kind is not None:
        happening = _placed(_happening(reading, kind, at=at), reading, at=at, only_said=True)
        notices.retract(person=person, visit=visit, happening=happening, at=at)


def _complete(reading: Reading, event: Event, at: datetime) -> None:
    stay = notices.complete(person=_person(reading), visit=_visit(reading), at=at)
    if stay is not None:
        notices.expect_discharge(stay, _visit(reading), at=at)


def _merge(reading: Reading, event: Event, at: datetime) -> None:
    renumberings.unite(person=_person(reading), prior=_prior(reading), at=at)


def _renumber(reading: Reading, event: Event, at: datetime) -> None:
    renumberings.renumber(person=_person(reading), prior=_prior(reading), ins=reading.prior.ins, at=at)


def _reattach(reading: Reading, event: Event, at: datetime) -> None:
    visit, prior = _visit(reading), reading.prior
    visit = replace(visit, number=visit.number or prior.visit_number)
    renumberings.reattach(
        person=_person(reading), visit=visit, prior=_prior(reading), prior_account=prior.account_number, at=at
    )


def _refuse(reading: Reading, event: Event, at: datetime) -> None:
    sentence = _("L’événement %(event)s ne peut pas porter l’action %(action)s.")
    facts = {"event": reading.trigger, "action": reading.movement.action}
    raise Conflict(sentence % facts, code="action_of_event")


DEEDS: dict[Effect, Callable[[Reading, Event, datetime], None]] = {
    Effect.INTRODUCE: _introduce,
    Effect.ENTER: _enter,
    Effect.REWRITE: _enter,
    Effect.CORRECT: _correct,
    Effect.STRIKE: _strike,
    Effect.COMPLETE: _complete,
    Effect.MERGE: _merge,
    Effect.RENUMBER: _renumber,
    Effect.REATTACH: _reattach,
    Effect.REFUSE: _refuse,
}


def _prior(reading: Reading) -> tuple[tuple[str, str, str], ...]:
    """The numbers of whoever was before: their own, as the sender knew it."""
    local = reading.prior.local
    return ((IdentifierType.IPP.value, _domain(reading, local.domain), local.value),) if local else ()


def _number(reading: Reading) -> tuple[str, str]:
    return _domain(reading, reading.movement.movement_domain), reading.movement.movement_id


def _domain(reading: Reading, said: str) -> str:
    """Numbers mean nothing outside their domain: the sender is one, when none is named."""
    return said or str(reading.sender)


def _person(reading: Reading) -> Person:
    patient = reading.patient or PatientTraits()
    identifiers = []
    if patient.local:
        identifiers.append((IdentifierType.IPP.value, _domain(reading, patient.local.domain), patient.local.value))
    ins = [one for one in patient.identifiers if one.type == INS and _may_keep_ins(one.domain)]
    identifiers += [(IdentifierType.INS.value, one.domain, one.value) for one in ins]
    return Person(tuple(identifiers), _traits(patient, has_ins=bool(ins)))


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


def _visit(reading: Reading) -> Visit:
    visit = reading.visit or VisitFacts()
    return Visit(
        domain=_domain(reading, visit.visit_domain if visit.visit_number else visit.account_domain),
        number=visit.visit_number,
        account_number=visit.account_number,
        kind=_kind(visit),
        practitioner=practitioners.reference(visit.responsible.rpps, visit.responsible.family, visit.responsible.given)
        if visit.responsible
        else None,
        expected_at=visit.expected_admission_at,
        expected_discharge_at=visit.expected_discharge_at,
        expected_discharge_withdrawn=visit.expected_discharge_withdrawn,
        protections=_protections(visit),
    )


def _kind(visit: VisitFacts) -> StayKind | None:
    return MODES.get(visit.treatment_mode) or CLASSES.get(visit.patient_class)


def _protections(visit: VisitFacts) -> dict[Protection, bool]:
    """What the message asks to hide this stay for, and what not, the reason that tells the least first (SEC-8)."""
    said = {Protection.PROTECTED_ACCESS: visit.restricted, Protection.VIP: visit.vip}
    return {protection: flag for protection, flag in said.items() if flag is not None}


def _happening(reading: Reading, kind: MovementKind, *, at: datetime) -> Happening:
    movement = reading.movement
    return Happening(
        kind,
        movement.effective_at or at,
        *_number(reading),
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


def _placed(happening: Happening, reading: Reading, *, at: datetime, only_said: bool = False) -> Happening:
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


def _announced(reading: Reading, kind: AnnouncementKind, *, at: datetime) -> Announced:
    """What is to come. A transfer goes to the place that is pending; a discharge is at PV2-9, else at ZBE-2."""
    visit, movement = reading.visit or VisitFacts(), reading.movement
    place = reading.pending_location if reading.pending_location.uf else reading.location
    goes = kind == AnnouncementKind.TRANSFER and bool(place.uf)
    unit = structures.reference_unit(place.uf, "", at) if goes else None
    planned = visit.expected_discharge_at if kind == AnnouncementKind.DISCHARGE else None
    return Announced(
        kind,
        planned or movement.effective_at or at,
        *_number(reading),
        unit=unit,
        bed=_bed(unit, place, at=at) if unit else None,
        practitioner=_visit(reading).practitioner if kind == AnnouncementKind.PHYSICIAN else None,
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
