"""Acts that another system says happened: they enter the ledger as they are told, whatever stands in the way here.

A closed or kept bed does not refuse what already happened; a bed that somebody else holds leaves the newcomer in the
unit, « lit à confirmer » (WR-2), and so does a second place for the same patient. What cannot be told apart is a
``Conflict``.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit
from amh.core.errors import Conflict
from amh.core.transactions import act
from patients import events
from patients.actions import entourages, expected_discharges, introductions, movements, protections, reservations
from patients.models import (
    HERE,
    Certainty,
    Movement,
    MovementKind,
    MovementSource,
    Patient,
    Stay,
    StayState,
)
from patients.queries import locks, stays
from patients.queries.protections import is_received
from patients.queries.reservations import kept_beds
from patients.rules.stays import ALIVE
from patients.tellings import Happening, Person, Visit
from wards.models import Unit


@act
def follow(
    *, person: Person, visit: Visit, happening: Happening, at: datetime, only_known: bool = False
) -> Movement | None:
    """Enter one movement into the ledger, with the person and the stay that it needs.

    ``None`` when it says nothing new: already known, or cancelled before. With ``only_known`` it corrects one, and
    enters none. Raises ``Conflict`` or ``Invalid``.
    """
    patient = introductions.introduce(person=person, at=at)
    stay = stay_of(patient, visit, happening.kind)
    if only_known:
        check_known(stay is not None and _same(stay, happening) is not None)
    stay = stay or open_stay(patient, visit, happening.unit)
    stay = locks.to_move(stay.pk)[stay.pk]
    _lock_beds(stay, happening)
    complete_stay(stay, visit, happening, at=at)
    movement = _enter(stay, happening, at=at)
    _heed(stay, visit, at=at)
    entourages.hear(patient=stay.patient, stay=stay, person=person, at=at)
    return movement


@act
def complete(*, person: Person, visit: Visit, at: datetime) -> Stay | None:
    """Correct the person and what is known of the stay, and move nobody; ``None`` for a stay that is not known here."""
    patient = introductions.introduce(person=person, at=at)
    stay = stay_of(patient, visit, MovementKind.TRANSFER)
    if stay is not None:
        stay = locks.stay(stay.pk)
        complete_stay(stay, visit, None, at=at)
        _heed(stay, visit, at=at)
    entourages.hear(patient=patient, stay=stay, person=person, at=at)
    return stay


def check_known(known: bool) -> None:
    """Raise ``Conflict`` for a correction of what is not known here."""
    if not known:
        raise Conflict(_("Mouvement à corriger inconnu ici."), code="unknown_movement")


def is_inside(visit: Visit) -> bool:
    """Tell whether the visit is of somebody who is awaited here, or here."""
    stay = stays.by_visit(visit.domain, visit.number)
    return stay is not None and stay.state in {StayState.EXPECTED, *HERE}


def _lock_beds(stay: Stay, happening: Happening) -> None:
    """Lock at once, in their order, the beds where the patient was, is said to be, or is awaited."""
    named = [happening.bed.pk] if happening.bed else []
    locks.hold_beds([*stay.movements.standing().values_list("bed_id", flat=True), *kept_beds([stay.pk]), *named])


def _enter(stay: Stay, happening: Happening, *, at: datetime) -> Movement | None:
    known = _same(stay, happening)
    if known is not None and (known.cancelled_at or not _rewritten(known, happening)):
        return None
    movement = known or Movement(stay=stay, source=MovementSource.FEED, kind=happening.kind)
    _write(movement, happening)
    movement.stay = stay
    return movements.record(movement, action=f"stay.{happening.kind}", by=None, at=at)


@act
def retract(*, person: Person, visit: Visit, happening: Happening, at: datetime) -> Movement | None:
    """Strike out a movement that another system takes back: by its number, else the last of its nature.

    ``None`` when it was struck out already. Raises ``Conflict`` when there is nothing to take back.
    """
    patient = introductions.introduce(person=person, at=at)
    stay = of_patient(patient, cancelled_stay(patient, visit))
    stay = locks.to_move(stay.pk)[stay.pk]
    movement = _same(stay, happening) or stay.movements.standing().filter(kind=happening.kind).last()
    if movement is None or movement.kind != happening.kind:
        raise Conflict(str(NOTHING), code="nothing_to_cancel")
    if movement.cancelled_at is not None:
        return None
    _lock_beds(stay, happening)
    movement.stay = stay
    done = movements.cancel(movement, by=None, at=at)
    complete_stay(stay, visit, None, at=at)
    _put_back(stay, movement, happening, at=at)
    return done


NOTHING = gettext_lazy("Aucun mouvement connu ne correspond à cette annulation.")


def cancelled_stay(patient: Patient, visit: Visit) -> Stay:
    """The stay of which something is taken back. Raises ``Conflict``."""
    stay = stays.by_visit(visit.domain, visit.number) or stay_of(patient, visit, MovementKind.DISCHARGE)
    if stay is None:
        raise Conflict(_("Aucun séjour connu ne correspond à cette annulation."), code="nothing_to_cancel")
    return stay


def _put_back(stay: Stay, struck: Movement, happening: Happening, *, at: datetime) -> None:
    """Where a cancellation says that the patient is again, if that is another place than the one before (PAM-3).

    Only what the same feed said before is corrected, and only when nothing came later: hands know better. A sender that
    repeats the place of what it takes back does not mean it.
    """
    told = _place(happening)
    if happening.unit is None or stay.state not in HERE or told == (struck.unit_id, struck.bed_id):
        return
    located = [one for one in stay.movements.standing() if one.unit_id is not None]
    last = max(located, key=lambda one: one.order, default=None)
    if last is None or last.source != MovementSource.FEED or last.effective_at > struck.effective_at:
        return
    if (last.unit_id, last.bed_id) != told:
        place = replace(happening, kind=MovementKind.TRANSFER, effective_at=struck.effective_at, number="")
        _enter(stay, place, at=at)


def _place(happening: Happening) -> tuple[int | None, int | None]:
    return happening.unit.pk if happening.unit else None, happening.bed.pk if happening.bed else None


def stay_of(patient: Patient, visit: Visit, kind: MovementKind) -> Stay | None:
    """The stay that is meant, if it is known: by its visit, its account, or as the one that goes on.

    Raises ``Conflict`` for a visit of somebody else.
    """
    stay = stays.by_visit(visit.domain, visit.number)
    if stay is not None:
        return of_patient(patient, stay)
    if visit.number:
        return None
    if visit.account_number:
        return stays.by_account(patient, visit.domain, visit.account_number)
    going_on = stays.going_on(patient, visit.domain)
    return going_on or (stays.newest(patient, visit.domain) if kind == MovementKind.DISCHARGE else None)


def of_patient(patient: Patient, stay: Stay) -> Stay:
    """The stay, which is this patient's. Raises ``Conflict``."""
    if stay.patient_id != patient.pk:
        raise Conflict(_("Cette venue est connue pour un autre patient."), code="visit_of_another")
    return stay


def open_stay(patient: Patient, visit: Visit, unit: Unit | None) -> Stay:
    """A stay not yet heard of; it counts as cancelled until a movement says otherwise."""
    return Stay.objects.create(
        patient=patient,
        visit_domain=visit.domain,
        visit_number=visit.number,
        account_number=visit.account_number,
        unit=unit,
        state=StayState.CANCELLED,
    )


SAYING_THE_UNIT = frozenset({MovementKind.PREADMISSION, MovementKind.ADMISSION, MovementKind.TRANSFER})


ADMINISTRATIVE = ("arrival_transport", "departure_transport", "origin_finess", "destination_finess", "single_room")
"""What only the administration says of a stay."""


def complete_stay(stay: Stay, visit: Visit, happening: Happening | None, *, at: datetime) -> None:
    """Write what was said of a locked stay beside what happened: its account, kind, physician, hour and unit."""
    first_heard = happening.effective_at if happening and not stay.expected_at else None
    said = {
        "account_number": visit.account_number,
        "kind": visit.kind,
        "practitioner_id": visit.practitioner.pk if visit.practitioner else None,
        "expected_at": visit.expected_at or first_heard,
        **{name: getattr(visit, name) for name in ADMINISTRATIVE},
        "unit_id": happening.unit.pk if happening and happening.unit and happening.kind in SAYING_THE_UNIT else None,
    }
    listing = stay.unit_id
    changed = [name for name, value in said.items() if value not in (None, "") and getattr(stay, name) != value]
    for name in changed:
        setattr(stay, name, said[name])
    if changed:
        stay.save(update_fields=changed)
        fields = [name.removesuffix("_id") for name in changed]
        hour = stay.expected_at if "expected_at" in changed else None
        kept = reservations.postpone(stay, expected_at=hour, at=at) if hour else None
        events.board_changed(beds=[kept.bed_id] if kept else [], units=[listing, stay.unit_id], at=at)
        audit.record("stay.complete", subject=stay, by=None, at=at, patient_id=stay.patient_id, fields=fields)


def _heed(stay: Stay, visit: Visit, *, at: datetime) -> None:
    """Hide the stay, or show it again, as the other system asks (SEC-8): what was decided here is not its to change."""
    is_ours = stay.protected and visit.protections and not is_received(stay)
    if stay.state == StayState.CANCELLED or is_ours:
        return
    asked = [protection for protection, said in visit.protections.items() if said]
    if asked:
        protections.protect(stay=stay, protection=asked[0], by=None, at=at)
    elif stay.protection in visit.protections:
        protections.unprotect(stay=stay, by=None, at=at)


def expect_discharge(stay: Stay, visit: Visit, *, at: datetime) -> None:
    """Take over the expected discharge that the other system gives, or takes back if it gave it.

    Nothing is changed once the patient has left.
    """
    is_said = visit.expected_discharge_at or (visit.expected_discharge_withdrawn and _is_expected_by_others(stay))
    is_new = stay.expected_discharge_at != visit.expected_discharge_at
    if not (is_said and is_new) or stay.state not in {StayState.EXPECTED, *ALIVE}:
        return
    certainty = Certainty(stay.expected_discharge_certainty)
    expected_discharges.expect(stay=stay, expected_at=visit.expected_discharge_at, certainty=certainty, by=None, at=at)


def _is_expected_by_others(stay: Stay) -> bool:
    newest = stay.expected_discharges.order_by("-pk").first()
    return newest is not None and newest.entered_by_id is None


def _same(stay: Stay, happening: Happening) -> Movement | None:
    if happening.number:
        return stay.movements.filter(domain=happening.domain, number=happening.number).first()
    return stay.movements.filter(
        source=MovementSource.FEED, kind=happening.kind, effective_at=happening.effective_at, number=""
    ).first()


def _write(movement: Movement, happening: Happening) -> None:
    for name in ("kind", "effective_at", "domain", "number", "mode", "expected_return_at"):
        setattr(movement, name, getattr(happening, name))
    if happening.unit is not None or movement.pk is None:
        movement.unit, movement.bed = happening.unit, happening.bed
    for name, code in happening.ufs.items():
        setattr(movement, name, code)


def _rewritten(known: Movement, happening: Happening) -> bool:
    same = ("kind", "effective_at", "unit", "bed", "mode", "expected_return_at")
    return any(getattr(happening, name) != getattr(known, name) for name in same)
