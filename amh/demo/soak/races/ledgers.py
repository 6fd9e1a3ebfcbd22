"""What another system tells, and what is taken back, corrected or answered, of one ledger at the same instant."""

from collections.abc import Sequence
from functools import partial

from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.beds import given
from amh.demo.soak.races.stays import STAY, said
from amh.demo.soak.rounds import Round, conflict, conflicts, ends, race, unless
from amh.demo.soak.wards import A_MINUTE, DOMAIN, Ward
from patients.actions import departures, introductions, movements, notices, reconciliations, stays
from patients.models import Movement, MovementKind, Patient, Stay, StayState
from patients.rules.reconciliations import Answer
from patients.tellings import Happening, Person, Visit
from wards.models import Bed


@race(notices.follow, stays.admit, decided_by="the lock of the bed; `one_bed_one_patient`")
def told_against_place(ward: Ward) -> Round:
    """Another system and a person put two patients into one bed: what is told is not refused, and waits if it must."""
    bed, told, placed = ward.bed(), ward.expected(), ward.expected()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = unless(refusals[0] is None, "what was told was refused") + conflicts(refusals)
        return found + unless(_waits(told, bed) == (refusals[1] is None), "both or neither have the bed")

    return Round([_telling(ward, told, bed), given(ward, placed, bed)], faults)


@race(notices.follow, notices.follow, decided_by="the lock of the bed; `one_bed_one_patient`")
def two_told_one_bed(ward: Ward) -> Round:
    """Two messages put two patients into one bed: none is refused, one has the bed, the other waits for it."""
    bed, pair = ward.bed(), [ward.expected(), ward.expected()]
    left = ends(done=2, left=lambda: sorted(_waits(stay, bed) for stay in pair) == [False, True])
    return Round([_telling(ward, stay, bed) for stay in pair], left)


@race(notices.follow, notices.follow, decided_by="the lock of the patient; `movement_number_once`, `stay_visit_once`")
def one_movement_told_twice(ward: Ward) -> Round:
    """A message and its repetition make one stay and one movement."""
    stay, bed = ward.expected(), ward.bed()
    visit, person = Visit(DOMAIN, ward.name()), ward.person(stay.patient)
    happening = Happening(MovementKind.ADMISSION, ward.now, DOMAIN, ward.name(), unit=ward.unit, bed=bed)
    told = Movement.objects.filter(number=happening.number)
    telling = partial(notices.follow, person=person, visit=visit, happening=happening, at=ward.now)
    return Round([telling] * 2, ends(done=2, left=lambda: told.count() == 1))


@race(introductions.introduce, introductions.introduce, decided_by="`identifier_once`")
def one_newcomer_told_twice(ward: Ward) -> Round:
    """Two messages name somebody nobody knows: one record bears the number; a message refused comes again."""
    person = Person((("IPP", DOMAIN, ward.name()),), {"birth_name": ward.name()})
    known = Patient.objects.filter(birth_name=person.traits["birth_name"])
    telling = partial(introductions.introduce, person=person, at=ward.now)
    return Round([telling] * 2, ends(done=(1, 2), codes=["identifier_once"], left=lambda: known.count() == 1))


@race(notices.follow, movements.undo, decided_by=STAY)
def told_against_undo(ward: Ward) -> Round:
    """A message moves a patient whose move by hand is taken back: the message holds."""
    stay, bed = ward.present(), ward.bed()
    moved = stays.move(stay=stay, to=ward.bed(), by=None, at=ward.at)
    acts: list[Act] = [_telling(ward, stay, bed, MovementKind.TRANSFER), _undo(ward, moved)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[1] is None else conflict(refusals[1], codes=["not_last"])
        found += unless(refusals[0] is None, "what was told was refused")
        return found + unless(_bed(stay) == bed.pk, "the message does not hold")

    return Round(acts, faults)


@race(notices.retract, movements.undo, decided_by=STAY)
def retract_against_undo(ward: Ward) -> Round:
    """A movement is taken back by its sender and by hand: once."""
    stay, bed = ward.present(), ward.bed()
    ward.told(stay, MovementKind.TRANSFER, bed, at=ward.now)
    told = stay.movements.get(kind=MovementKind.TRANSFER)
    happening = Happening(MovementKind.TRANSFER, ward.now, DOMAIN)
    person = ward.person(stay.patient)
    back = partial(notices.retract, person=person, visit=Visit(""), happening=happening, at=ward.now)
    left = ends(done=(1, 2), codes=["already_cancelled"], left=lambda: _bed(stay) != bed.pk)
    return Round([back, _undo(ward, told)], left)


@race(movements.undo, movements.undo, decided_by=STAY)
def two_undos(ward: Ward) -> Round:
    """One key pressed twice takes an act back once."""
    stay = ward.present()
    moved = stays.move(stay=stay, to=ward.bed(), by=None, at=ward.now)
    left = ends(codes=["already_cancelled"], left=lambda: _bed(stay) != moved.bed_id)
    return Round([_undo(ward, moved)] * 2, left)


@race(movements.undo, movements.retime, decided_by=STAY)
def undo_against_retime(ward: Ward) -> Round:
    """An act is taken back or its hour corrected: one of the two."""
    stay = ward.present()
    moved = stays.move(stay=stay, to=ward.bed(), by=None, at=ward.now)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        there = _bed(stay) == moved.bed_id
        left = ends(codes=["already_cancelled"], left=lambda: there == (refusals[1] is None))
        return left(refusals)

    return Round([_undo(ward, moved), _retime(ward, moved)], faults)


@race(movements.retime, movements.retime, decided_by=STAY)
def two_retimes(ward: Ward) -> Round:
    """The hour of an act is corrected once; who was second is told that the act is no more."""
    stay = ward.present()
    moved = stays.move(stay=stay, to=ward.bed(), by=None, at=ward.now)
    standing = stay.movements.standing().filter(kind=MovementKind.TRANSFER)
    left = ends(codes=["already_cancelled"], left=lambda: standing.count() == 1 and _bed(stay) == moved.bed_id)
    return Round([_retime(ward, moved)] * 2, left)


@race(movements.retime, stays.admit, decided_by="the lock of the bed")
def retime_against_place(ward: Ward) -> Round:
    """A departure is said to have been later while the bed is given from before that hour: one of the two."""
    bed, newcomer = ward.bed(), ward.expected()
    gone = ward.present(bed)
    said_gone = stays.discharge(stay=gone, by=None, at=ward.at)
    later = partial(movements.retime, movement=said_gone, effective_at=ward.now, by=ward.manager, at=ward.now)
    entering = given(ward, newcomer, bed, ward.at + A_MINUTE / 2)
    return Round([later, entering], ends(codes=["bed_occupied"], left=lambda: _waits(newcomer, bed) is False))


@race(departures.depart, movements.undo, decided_by=STAY)
def depart_against_undo(ward: Ward) -> Round:
    """A told exit is confirmed or taken back: the patient has left, or is there."""
    stay, told = _told_gone(ward)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        there = _state(stay) == StayState.PRESENT and _bed(stay) is not None
        return ends(codes=CHANGED, left=lambda: there == (refusals[0] is not None))(refusals)

    return Round([partial(departures.depart, **said(ward, stay)), _undo(ward, told)], faults)


@race(departures.depart, departures.depart, decided_by=STAY)
def two_departures(ward: Ward) -> Round:
    """A told exit is confirmed once."""
    stay, _told = _told_gone(ward)
    standing = stay.movements.standing().filter(kind=MovementKind.DEPARTURE)
    left = ends(codes=["already_left"], left=lambda: standing.count() == 1)
    return Round([partial(departures.depart, **said(ward, stay))] * 2, left)


@race(reconciliations.reconcile, stays.discharge, decided_by="the locks of the patients, ids ascending")
def reconcile_against_discharge(ward: Ward) -> Round:
    """« L’autre est parti » is answered while the other is discharged: done once, and the newcomer has the bed."""
    bed, holder, newcomer = _contradicted(ward)
    gone = partial(stays.discharge, stay=holder, by=ward.manager, at=ward.now)

    def left() -> bool:
        return _state(holder) == StayState.DISCHARGED and _bed(newcomer) == bed.pk

    return Round([_answer(ward, newcomer, Answer.LEFT), gone], ends(left=left))


@race(reconciliations.reconcile, reconciliations.reconcile, decided_by="the locks of the patients, ids ascending")
def two_answers(ward: Ward) -> Round:
    """Two people answer otherwise for one bed: one answer counts, and one patient has the bed."""
    bed, holder, newcomer = _contradicted(ward)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        has_it = newcomer if refusals[0] is None else holder
        left = ends(codes=["nothing_to_confirm", "changed"], left=lambda: _bed(has_it) == bed.pk)
        return left(refusals)

    return Round([_answer(ward, newcomer, Answer.LEFT), _answer(ward, newcomer, Answer.MISTAKEN)], faults)


CHANGED = ("already_left", "not_last", "already_cancelled", "stay_present")


def _telling(ward: Ward, stay: Stay, bed: Bed, kind: MovementKind = MovementKind.ADMISSION) -> Act:
    return partial(ward.told, stay, kind, bed, at=ward.now)


def _undo(ward: Ward, movement: Movement) -> Act:
    return partial(movements.undo, movement=movement, by=ward.manager, at=ward.now)


def _retime(ward: Ward, movement: Movement) -> Act:
    return partial(movements.retime, movement=movement, effective_at=ward.at, by=ward.manager, at=ward.now)


def _answer(ward: Ward, stay: Stay, answer: Answer) -> Act:
    return partial(reconciliations.reconcile, answer=answer, **said(ward, stay))


def _told_gone(ward: Ward) -> tuple[Stay, Movement]:
    stay = ward.present()
    ward.told(stay, MovementKind.DISCHARGE, None, at=ward.now)
    return stay, stay.movements.get(kind=MovementKind.DISCHARGE)


def _contradicted(ward: Ward) -> tuple[Bed, Stay, Stay]:
    """A bed, who lies in it, and whom another system says to lie there too."""
    bed = ward.bed()
    holder, newcomer = ward.present(bed), ward.expected()
    ward.told(newcomer, MovementKind.ADMISSION, bed, at=ward.now)
    return bed, holder, newcomer


def _waits(stay: Stay, bed: Bed) -> bool:
    return stay.placements.filter(to_confirm=True, wanted_bed=bed).exists()


def _bed(stay: Stay) -> int | None:
    return stay.placements.get(ends_at=None).bed_id


def _state(stay: Stay) -> str:
    stay.refresh_from_db()
    return stay.state
