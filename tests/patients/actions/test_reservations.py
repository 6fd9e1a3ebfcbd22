from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import movements, reservations, stays
from patients.models import Reservation
from patients.queries.occupancy import end_of_day, occupancy
from tests.expectations import announced, nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from wards.models import BedState, ClosureReason, UnitKind

pytestmark = pytest.mark.django_db
FOUR = paris("16:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def reserve(stay, bed, *, by=None, expected_at=FOUR, at=NOW):
    return reservations.reserve(stay=stay, bed=bed, expected_at=expected_at, by=by, at=at)


def test_a_bed_is_kept_until_some_hours_after_the_expected_arrival(bed):
    stay, by = expected(bed.room.unit), a_user(Role.AMH, bed.room.unit)
    with recorded("bed.reserve", beds=(bed,), units=(bed.room.unit,)):
        kept = reserve(stay, bed, by=by)
    assert (kept.starts_at, kept.expected_at, kept.ends_at) == (NOW, FOUR, FOUR + timedelta(hours=4))
    assert (kept.stay, kept.bed, kept.entered_by, kept.released_at) == (stay, bed, by, None)


def test_another_bed_kept_for_the_same_stay_lets_the_first_go():
    first, second = beds(a_unit(), 2)
    stay = expected(first.room.unit)
    kept = reserve(stay, first)
    with recorded("bed.reserve", beds=(first, second), units=(first.room.unit,)):
        reserve(stay, second)
    kept.refresh_from_db()
    assert kept.released_at == NOW


def test_the_same_bed_may_be_kept_again_for_another_hour(bed):
    stay = expected(bed.room.unit)
    reserve(stay, bed)
    assert reserve(stay, bed, expected_at=paris("18:00")).expected_at == paris("18:00")
    assert Reservation.objects.filter(released_at=None).count() == 1


def test_a_bed_in_which_somebody_still_lies_may_be_kept(bed):
    present(bed)
    reserve(expected(bed.room.unit), bed)


def test_a_kept_bed_is_not_kept_for_another(bed):
    reserve(expected(bed.room.unit, patient=a_patient("Durand")), bed)
    other = expected(bed.room.unit)
    says = "201 F est réservé pour DURAND Anne, attendu à 16:00"
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed", saying=says):
        reserve(other, bed, by=a_user(Role.BED_MANAGER))
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed", saying="réservé pour un autre patient"):
        reserve(other, bed)


def test_a_reservation_that_has_run_out_keeps_nothing(bed):
    reserve(expected(bed.room.unit), bed)
    reserve(expected(bed.room.unit), bed, at=paris("20:00"), expected_at=paris("21:00"))


def test_a_closed_bed_is_not_kept(bed):
    stay = expected(bed.room.unit)
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying="fermé (travaux). Choisir"):
        reserve(stay, bed)


def test_nothing_is_kept_for_an_arrival_that_is_past(bed):
    stay = expected(bed.room.unit)
    with nothing_written(), refused(Invalid, "in_the_past", field="expected_at", saying="déjà passée"):
        reserve(stay, bed, expected_at=paris("14:00"))
    with nothing_written(), refused(Invalid, "too_far", field="expected_at", saying="vérifier l’année"):
        reserve(stay, bed, expected_at=paris("2028-11-21 16:00"))


def test_nothing_is_kept_for_somebody_who_has_left(bed):
    stay = present(a_unit())
    stays.discharge(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "stay_over", saying="terminé ou annulé"):
        reserve(stay, bed)


def test_release_lets_the_bed_go_once(bed):
    kept = reserve(expected(bed.room.unit), bed)
    with recorded("bed.release", beds=(bed,), units=(bed.room.unit,)):
        reservations.release(reservation=kept, by=None, at=FOUR)
    with nothing_written(), refused(Conflict, "already_released", saying="déjà levée"):
        reservations.release(reservation=kept, by=None, at=FOUR)
    assert Reservation.objects.get().released_at == FOUR


def test_what_was_let_go_is_kept_again_just_as_it_was(bed):
    kept, by = reserve(expected(bed.room.unit), bed), a_user(Role.AMH, bed.room.unit)
    late = FOUR + timedelta(minutes=30)
    reservations.release(reservation=kept, by=by, at=late)
    with recorded("bed.restore", beds=(bed,), units=(bed.room.unit,)):
        reservations.restore(reservation=kept, by=by, at=late)
    again = Reservation.objects.get()
    assert (again.expected_at, again.starts_at, again.ends_at, again.released_at) == (
        FOUR,
        NOW,
        FOUR + timedelta(hours=4),
        None,
    )
    with nothing_written(), refused(Conflict, "not_released"):
        reservations.restore(reservation=kept, by=by, at=late)


def letting_go(bed):
    """A reservation that was let go by mistake."""
    kept = reserve(expected(bed.room.unit), bed)
    reservations.release(reservation=kept, by=None, at=NOW)
    return kept


def test_what_has_run_out_since_is_not_kept_again(bed):
    kept = letting_go(bed)
    with nothing_written(), refused(Conflict, "expired", saying="réserver le lit à nouveau"):
        reservations.restore(reservation=kept, by=None, at=kept.ends_at)


def test_a_bed_given_up_by_a_movement_comes_back_with_that_one_alone(bed):
    stay = expected(bed.room.unit)
    kept = reserve(stay, bed)
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "not_released"):
        reservations.restore(reservation=kept, by=None, at=NOW)


def test_what_stands_in_the_way_of_keeping_a_bed_again(bed):
    kept, other = letting_go(bed), a_bed(bed.room.unit)
    elsewhere = reserve(kept.stay, other)
    with nothing_written(), refused(Conflict, "already_kept", saying="Un lit est déjà gardé"):
        reservations.restore(reservation=kept, by=None, at=NOW)
    reservations.release(reservation=elsewhere, by=None, at=NOW)
    taken = reserve(expected(bed.room.unit), bed)
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed"):
        reservations.restore(reservation=kept, by=None, at=NOW)
    reservations.release(reservation=taken, by=None, at=NOW)
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "bed_closed", field="bed"):
        reservations.restore(reservation=kept, by=None, at=NOW)


@pytest.mark.parametrize("own", [True, False], ids=["own unit", "another unit"])
def test_who_may_keep_a_bed_and_let_it_go(bed, own):
    stay, unit = expected(bed.room.unit), bed.room.unit if own else a_unit()
    allowed = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL} | ({Role.AMH} if own else set())
    assert who_may(lambda by: reserve(stay, bed, by=by), unit) == allowed
    kept = reserve(stay, bed)
    assert who_may(lambda by: reservations.release(reservation=kept, by=by, at=NOW), unit) == allowed
    reservations.release(reservation=kept, by=None, at=NOW)
    assert who_may(lambda by: reservations.restore(reservation=kept, by=by, at=NOW), unit) == allowed


def test_who_arrives_without_a_bed_still_has_the_one_that_is_kept(bed):
    stay, theatre = expected(bed.room.unit), a_unit("BLOC", kind=UnitKind.THEATRE)
    kept = reserve(stay, bed)
    stays.admit(stay=stay, unit=theatre, bed=None, by=None, at=NOW)
    assert Reservation.objects.get(pk=kept.pk).released_at is None
    stays.move(stay=stay, to=bed, by=None, at=NOW + timedelta(minutes=5))
    assert Reservation.objects.get(pk=kept.pk).released_at is not None


def test_the_bed_of_who_goes_to_the_theatre_is_kept_as_they_left_it(bed):
    stay, theatre = present(bed), a_unit("BLOC", kind=UnitKind.THEATRE)
    with announced({bed.pk, -bed.room.unit_id, -theatre.pk}):
        stays.wait(stay=stay, unit=theatre, expected_at=FOUR, by=None, at=NOW)
    row = occupancy(NOW, bed_ids=[bed.pk])[0]
    assert row.state(tomorrow=end_of_day(NOW)) == BedState.RESERVED
    assert (row.stay_id, row.awaited_at, row.kept_elsewhere) == (stay.pk, FOUR, theatre.name)
    stays.move(stay=stay, to=bed, by=None, at=NOW + timedelta(minutes=5))
    assert occupancy(NOW + timedelta(minutes=5), bed_ids=[bed.pk])[0].stay_id == stay.pk


def test_a_bed_that_is_kept_no_more_is_to_clean(bed):
    stay, theatre = present(bed), a_unit("BLOC", kind=UnitKind.THEATRE)
    stays.wait(stay=stay, unit=theatre, expected_at=FOUR, by=None, at=NOW)
    reservations.release(reservation=Reservation.objects.get(stay=stay), by=None, at=NOW)
    assert occupancy(NOW, bed_ids=[bed.pk])[0].state(tomorrow=end_of_day(NOW)) == BedState.CLEANING


def test_undoing_the_way_to_the_theatre_leaves_nothing_kept(bed):
    stay, theatre = present(bed), a_unit("BLOC", kind=UnitKind.THEATRE)
    movement = stays.wait(stay=stay, unit=theatre, expected_at=FOUR, by=None, at=NOW)
    movements.undo(movement=movement, by=None, at=NOW)
    assert [place[1:] for place in places(stay)] == [(bed, NOW - timedelta(hours=1), None)]
    assert not Reservation.objects.filter(released_at=None).exists()


def test_there_is_no_bed_to_keep_for_who_has_none(bed):
    stay = present(bed.room.unit)
    with refused(Conflict, "no_bed_to_keep", field="expected_at"), nothing_written():
        stays.wait(stay=stay, unit=a_unit("BLOC"), expected_at=FOUR, by=None, at=NOW)


def test_the_card_of_a_kept_bed_is_told_wherever_its_patient_goes(bed):
    stay = present(a_unit("BLOC"))
    reserve(stay, bed)
    elsewhere = a_unit("SSPI")
    with announced({bed.pk, -stay.unit_id, -elsewhere.pk}):
        stays.wait(stay=stay, unit=elsewhere, by=None, at=NOW)


def test_who_lies_in_one_bed_while_another_is_kept_goes_there(bed):
    stay = present(a_bed(a_unit("ONC"), "301", "P"))
    with announced({bed.pk, stay.placements.get().bed_id, -stay.unit_id, -bed.room.unit_id}):
        reserve(stay, bed)
    row = next(row for row in occupancy(NOW) if row.occupied_since)
    assert (row.goes_room, row.goes_bed, row.goes_at) == ("201", "F", FOUR)


# Taking a reservation back --------------------------------------------------------------------------------------------


def test_a_reservation_taken_back_gives_back_the_bed_that_was_kept_before():
    unit = a_unit()
    first, second = beds(unit, 2)
    stay = expected(unit)
    before = reserve(stay, first)
    kept = reserve(stay, second, at=NOW + MINUTE)
    with recorded("bed.release", beds=(first, second), units=(unit,)):
        reservations.take_back(reservation=kept, by=None, at=NOW + 2 * MINUTE)
    assert stay.reservations.get(released_at=None) == before
    with nothing_written(), refused(Conflict, "already_released"):
        reservations.take_back(reservation=kept, by=None, at=NOW + 3 * MINUTE)


def test_a_bed_that_was_kept_before_and_is_kept_for_another_since_stays_with_them():
    unit = a_unit()
    first, second = beds(unit, 2)
    stay = expected(unit)
    reserve(stay, first)
    kept = reserve(stay, second, at=NOW + MINUTE)
    other = reserve(expected(unit), first, at=NOW + 2 * MINUTE)
    reservations.take_back(reservation=kept, by=None, at=NOW + 3 * MINUTE)
    assert not stay.reservations.filter(released_at=None).exists()
    assert first.reservations.get(released_at=None) == other


def test_who_may_keep_a_bed_may_take_that_back(bed):
    stay = expected(bed.room.unit)
    kept = reserve(stay, bed)
    assert who_may(lambda by: reservations.take_back(reservation=kept, by=by, at=NOW), bed.room.unit) == {
        Role.AMH,
        Role.TEAM_LEAD,
        Role.BED_MANAGER,
        Role.ON_CALL,
    }
