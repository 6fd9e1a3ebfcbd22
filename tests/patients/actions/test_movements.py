from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import movements, notices, reservations, stays
from patients.models import MovementKind, Placement, StayState
from patients.queries import movements as ledger
from patients.tellings import Happening, Person, Visit
from tests.expectations import counted, nothing_written, places, recorded, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, last, present
from wards.models import ClosureReason

pytestmark = pytest.mark.django_db
TEN = paris("10:00")


def undo(stay, by=None):
    return movements.undo(movement=last(stay), by=by, at=NOW)


def test_undo_of_a_preadmission_cancels_the_stay_and_frees_the_bed_kept_for_it():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit)
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
        undo(stay)
    assert (fresh(stay).state, stay.reservations.get().released_at) == (StayState.CANCELLED, NOW)


def test_undo_of_an_admission_makes_the_patient_expected_again():
    bed = a_bed(a_unit())
    stay = present(bed)
    by = a_user(Role.NURSE, bed.room.unit)
    with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
        movement = undo(stay, by)
    assert (movement.cancelled_at, movement.cancelled_by) == (NOW, by)
    assert (fresh(stay).state, fresh(stay).admitted_at, places(stay)) == (StayState.EXPECTED, None, [])


def test_undo_of_an_arrival_before_the_expected_hour_undoes_the_arrival():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit, expected_at=paris("18:00"))
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    assert ledger.last(stay) == last(stay)
    undo(stay)
    assert fresh(stay).state == StayState.EXPECTED


def test_undo_of_a_move_puts_the_patient_back():
    old, new = a_bed(a_unit()), a_bed(a_unit())
    stay = present(old, at=TEN)
    stays.move(stay=stay, to=new, by=None, at=NOW)
    with recorded("movement.undo", beds=(old, new), units=(old.room.unit, new.room.unit)):
        undo(stay)
    assert places(stay) == [(old.room.unit, old, TEN, None)]


def test_undo_of_a_discharge_puts_the_patient_back():
    bed = a_bed(a_unit())
    stay = present(bed, at=TEN)
    stays.discharge(stay=stay, by=None, at=NOW)
    with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
        undo(stay)
    assert places(stay) == [(bed.room.unit, bed, TEN, None)]
    assert (fresh(stay).state, fresh(stay).discharged_at) == (StayState.PRESENT, None)


def test_the_whole_of_a_stay_can_be_undone_act_by_act():
    first, second = beds(a_unit(), 2)
    stay = present(first)
    stays.move(stay=stay, to=second, by=None, at=NOW)
    stays.discharge(stay=stay, by=None, at=NOW)
    for _ in range(4):
        movements.undo(movement=ledger.last(stay), by=None, at=NOW)
    assert (fresh(stay).state, places(stay), ledger.last(stay)) == (StayState.CANCELLED, [], None)


def test_only_the_last_act_can_be_undone():
    stay = present(a_bed(a_unit()))
    admission = last(stay)
    stays.discharge(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "not_last", saying="annuler d’abord le dernier"):
        movements.undo(movement=admission, by=None, at=NOW)


def test_an_act_is_undone_once():
    stay = present(a_bed(a_unit()))
    admission = last(stay)
    movements.undo(movement=admission, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "already_cancelled", saying="déjà annulé"):
        movements.undo(movement=admission, by=None, at=NOW)


@pytest.mark.parametrize("act", ["move", "discharge"])
def test_a_bed_given_since_is_not_taken_back(act):
    bed, other = beds(a_unit(), 2)
    stay = present(bed)
    leave(stay, act, other)
    present(bed, patient=a_patient("Durand"), at=NOW)
    by = a_user(Role.BED_MANAGER)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying="DURAND Anne depuis 14:32"):
        undo(stay, by)


@pytest.mark.parametrize("act", ["move", "discharge"])
def test_a_bed_closed_since_is_not_taken_back(act):
    bed, other = beds(a_unit(), 2)
    stay = present(bed)
    leave(stay, act, other)
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "bed_closed", field="bed"):
        undo(stay)


def test_a_bed_gone_since_is_not_taken_back():
    bed = a_bed(a_unit())
    stay = present(bed)
    leave(stay, "discharge", None)
    bed.valid_until = NOW
    bed.save()
    with nothing_written(), refused(Conflict, "bed_unknown", field="bed"):
        undo(stay)


def test_a_patient_who_has_come_back_in_another_stay_stays_there():
    who = a_patient()
    stay = present(a_bed(a_unit()), patient=who)
    leave(stay, "discharge", None)
    present(a_bed(a_unit()), patient=who, at=NOW)
    with nothing_written(), refused(Conflict, "patient_elsewhere"):
        undo(stay)


def leave(stay, act, other):
    if act == "move":
        stays.move(stay=stay, to=other, by=None, at=NOW)
    else:
        stays.discharge(stay=stay, by=None, at=NOW)


def test_undo_asks_the_right_to_the_act_itself():
    bed = a_bed(a_unit())
    stay = present(bed)
    physician = a_user(Role.PHYSICIAN, bed.room.unit)
    with refused(Denied, "denied"):
        undo(stay, physician)
    stays.discharge(stay=stay, by=physician, at=NOW)
    with refused(Denied, "denied"):
        undo(stay, a_user(Role.PHYSICIAN, a_unit()))
    undo(stay, physician)


def test_rebuilding_what_stands_changes_nothing():
    old, new = beds(a_unit(), 2)
    stay = present(old, at=TEN)
    stays.move(stay=stay, to=new, by=None, at=NOW)
    rows = list(Placement.objects.order_by("pk").values())
    touched = movements.rebuild([fresh(stay)], at=NOW)
    assert (touched.beds, touched.units) == (set(), set())
    assert list(Placement.objects.order_by("pk").values()) == rows


def test_a_move_told_again_later_shifts_both_places_at_once():
    old, new = beds(a_unit(), 2)
    unit, noon = old.room.unit, paris("12:00")
    person = Person((("IPP", "SIH", "1"),), {"birth_name": "Durand"})
    told = ((MovementKind.ADMISSION, paris("09:00"), "1", old), (MovementKind.TRANSFER, TEN, "2", new))
    for kind, when, number, bed in (*told, (MovementKind.TRANSFER, noon, "2", new)):
        happening = Happening(kind, when, "SIH", number=number, unit=unit, bed=bed)
        movement = notices.follow(person=person, visit=Visit("SIH", "V1"), happening=happening, at=NOW)
    assert places(movement.stay) == [(unit, old, paris("09:00"), noon), (unit, new, noon, None)]


def test_undone_at_its_right_hour_it_gives_back_the_bed_that_was_kept():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit)
    kept = reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    placed = stays.place(stay=stay, bed=bed, by=None, at=NOW)
    movements.retime(movement=placed, effective_at=paris("14:00"), by=None, at=NOW)
    undo(stay)
    kept.refresh_from_db()
    assert (kept.released_at, kept.released_by_movement) == (None, None)


def test_undo_costs_no_more_in_a_full_hospital():
    unit, queries = a_unit(), []
    move_and_undo(unit, queries)
    for bed in beds(unit, 30):
        present(bed)
    move_and_undo(unit, queries)
    assert queries[0] == queries[1]


def move_and_undo(unit, queries):
    old, new = beds(unit, 2)
    stay, by = present(old), a_user(Role.NURSE, unit)
    stays.move(stay=stay, to=new, by=by, at=NOW)
    with counted(queries):
        undo(stay, by)


def test_an_act_of_more_than_a_day_ago_is_not_undone_with_one_key():
    stay = present(a_bed(a_unit()), at=NOW - timedelta(days=2))
    with refused(Conflict, "too_old", saying="date de plus d’un jour"):
        movements.undo(movement=last(stay), by=a_user(Role.BED_MANAGER), at=NOW)
