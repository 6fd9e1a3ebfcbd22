"""What every bed is at an instant: every state, every precedence, the past, the future and the changes of hour."""

from datetime import timedelta

import pytest

from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, movements, reservations, stays
from patients.models import Certainty
from patients.queries.occupancy import end_of_day, occupancy
from tests.expectations import counted
from tests.factories.clocks import NOW, PARIS, paris
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, last, present
from wards.models import BedKind, BedState, Calendar, ClosureKind, ClosureReason, OpeningHours, Unit
from wards.queries.hospitals import hospital

pytestmark = pytest.mark.django_db
TEN, FOUR, TOMORROW = paris("10:00"), paris("16:00"), paris("2026-11-22 10:00")


@pytest.fixture
def bed():
    return a_bed(a_unit())


def row(bed, at=NOW):
    (found,) = occupancy(at, bed_ids=[bed.pk])
    return found


def state(bed, at=NOW):
    return row(bed, at).state(tomorrow=end_of_day(at))


def close(bed, *, at=NOW, **options):
    return bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=at, **options)


def reserve(bed, *, at=NOW, expected_at=FOUR):
    return reservations.reserve(stay=expected(bed.room.unit, at=at), bed=bed, expected_at=expected_at, by=None, at=at)


def leave(bed, *, came=TEN, left=NOW):
    stay = present(bed, at=came)
    stays.discharge(stay=stay, by=None, at=left)
    return stay


def expect(stay, at):
    expected_discharges.expect(stay=stay, expected_at=at, certainty=Certainty.CERTAIN, by=None, at=NOW)


def test_a_bed_that_nobody_wants_is_free(bed):
    assert state(bed) == BedState.FREE


def test_a_kept_bed_is_reserved_until_the_reservation_runs_out(bed):
    reserve(bed)
    assert state(bed) == BedState.RESERVED
    assert state(bed, paris("19:59")) == BedState.RESERVED
    assert state(bed, paris("20:00")) == BedState.FREE
    assert state(bed, NOW - timedelta(minutes=1)) == BedState.FREE


def test_a_bed_is_occupied_from_the_arrival_to_the_departure(bed):
    leave(bed)
    assert [state(bed, at) for at in (paris("09:59"), TEN, paris("14:00"))] == ["free", "occupied", "occupied"]
    assert (row(bed, TEN).occupied_since, row(bed, TEN).admitted_at) == (TEN, TEN)


def test_a_bed_that_was_left_is_to_be_cleaned_until_it_is(bed):
    leave(bed, left=paris("12:00"))
    assert state(bed, paris("12:00")) == BedState.CLEANING
    bed_actions.clean(bed=bed, by=None, at=paris("13:00"))
    assert [state(bed, at) for at in (paris("12:59"), paris("13:00"), TOMORROW)] == ["cleaning", "free", "free"]


def test_a_cleaning_taken_back_was_none(bed):
    leave(bed, left=paris("12:00"))
    cleaning = bed_actions.clean(bed=bed, by=None, at=paris("13:00"))
    bed_actions.undo_clean(cleaning=cleaning, by=None, at=NOW)
    assert state(bed) == BedState.CLEANING


def test_a_cleaning_before_the_departure_does_not_count(bed):
    bed_actions.clean(bed=bed, by=None, at=TEN - timedelta(hours=1))
    leave(bed)
    assert state(bed) == BedState.CLEANING


def test_the_bed_left_by_a_move_is_to_be_cleaned_and_the_other_occupied():
    old, new = beds(a_unit(), 2)
    stays.move(stay=present(old), to=new, by=None, at=NOW)
    assert (state(old), state(new)) == (BedState.CLEANING, BedState.OCCUPIED)


@pytest.mark.parametrize("kind", [BedKind.CHAIR, BedKind.PLACE])
def test_a_chair_is_free_as_soon_as_it_is_left(kind):
    chair = a_bed(a_unit(), kind=kind)
    leave(chair)
    assert state(chair) == BedState.FREE


def test_who_leaves_today_is_leaving_and_tomorrow_is_not_today(bed):
    stay = present(bed)
    expect(stay, paris("23:59"))
    assert state(bed) == BedState.LEAVING
    expect(stay, paris("2026-11-22 00:00"))
    assert (state(bed), state(bed, paris("2026-11-22 00:00"))) == (BedState.OCCUPIED, BedState.LEAVING)
    expect(stay, paris("2026-11-20 11:00"))
    assert state(bed) == BedState.LEAVING


def test_an_undone_departure_never_was(bed):
    stay = leave(bed)
    movements.undo(movement=last(stay), by=None, at=NOW)
    assert state(bed) == BedState.OCCUPIED


def test_a_closure_holds_from_its_beginning_to_its_end(bed):
    close(bed, until=TOMORROW)
    before = NOW - timedelta(minutes=1)
    assert [state(bed, at) for at in (before, NOW, FOUR, TOMORROW)] == ["free", "closed", "closed", "free"]
    assert (row(bed).closure_reason, row(bed).closure_ends_at) == (ClosureReason.WORKS, TOMORROW)


def test_closed_comes_before_blocked(bed):
    close(bed, kind=ClosureKind.BLOCKED)
    assert state(bed) == BedState.BLOCKED
    bed.closures.create(kind=ClosureKind.CLOSED, reason=ClosureReason.STAFF, starts_at=FOUR, entered_at=NOW)
    assert (state(bed), state(bed, FOUR)) == (BedState.BLOCKED, BedState.CLOSED)


@pytest.mark.parametrize(("kind", "shown"), [(ClosureKind.CLOSED, "closed"), (ClosureKind.BLOCKED, "blocked")])
def test_a_closure_comes_before_everything(bed, kind, shown):
    leave(bed)
    assert state(bed) == BedState.CLEANING
    close(bed, kind=kind)
    assert state(bed) == shown
    bed_actions.reopen(bed=bed, by=None, at=FOUR)
    stay = present(bed, at=paris("21:00"))
    expect(stay, paris("22:00"))
    bed.closures.create(kind=kind, reason=ClosureReason.STAFF, starts_at=paris("21:30"), entered_at=NOW)
    assert (state(bed, paris("21:00")), state(bed, paris("21:30"))) == (BedState.LEAVING, shown)


def test_occupied_comes_before_reserved_and_shows_who_lies_there(bed):
    stay = present(bed)
    reserve(bed)
    assert (state(bed), row(bed).stay_id) == (BedState.OCCUPIED, stay.pk)


def test_cleaning_comes_before_reserved(bed):
    leave(bed)
    kept = reserve(bed)
    assert (state(bed), row(bed).stay_id) == (BedState.CLEANING, kept.stay_id)
    bed_actions.clean(bed=bed, by=None, at=FOUR)
    assert state(bed, FOUR) == BedState.RESERVED


def test_a_released_bed_is_free_whenever_it_is_asked(bed):
    kept = reserve(bed)
    reservations.release(reservation=kept, by=None, at=FOUR)
    assert state(bed, NOW) == BedState.FREE


def test_beds_and_rooms_are_shown_while_they_exist(bed):
    bed.valid_from, bed.valid_until = TEN, FOUR
    bed.save()
    assert [len(occupancy(at)) for at in (TEN - timedelta(minutes=1), TEN, paris("15:59"), FOUR)] == [0, 1, 1, 0]
    bed.room.valid_until = NOW
    bed.room.save()
    assert [len(occupancy(at)) for at in (TEN, NOW)] == [1, 0]


def test_a_stay_of_zero_length_leaves_the_bed_to_be_cleaned(bed):
    leave(bed, came=NOW, left=NOW)
    assert state(bed) == BedState.CLEANING


def test_beds_come_in_the_order_in_which_people_count_them():
    late, early = a_unit("Z", position=1), a_unit("A", position=2)
    for room, label in (("10", "F"), ("9", "P"), ("9", "F")):
        a_bed(late, room, label)
    a_bed(early, "1")
    assert [(r.unit_code, r.room_label, r.bed_label) for r in occupancy(NOW)] == [
        ("Z", "9", "F"),
        ("Z", "9", "P"),
        ("Z", "10", "F"),
        ("A", "1", ""),
    ]


SPRING = {"before": "2026-03-28", "day": "2026-03-29", "hours": 23}
AUTUMN = {"before": "2026-10-24", "day": "2026-10-25", "hours": 25}


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_day_on_which_the_clocks_change_ends_at_its_own_midnight(bed, change):
    noon = paris(f"{change['day']} 12:00")
    midnight = paris(f"{change['before']} 23:59") + timedelta(minutes=1)
    length = end_of_day(noon).timestamp() - midnight.timestamp()
    assert (end_of_day(noon).hour, length) == (0, change["hours"] * 3600)
    stay = present(bed, at=paris(f"{change['before']} 12:00"))
    expect(stay, paris(f"{change['day']} 23:59"))
    assert state(bed, paris(f"{change['before']} 23:59")) == BedState.OCCUPIED
    assert state(bed, paris(f"{change['day']} 00:00")) == BedState.LEAVING


def test_the_hour_that_comes_twice_in_autumn_is_two_hours(bed):
    first = paris("2026-10-25 02:30")
    second = first.replace(fold=1)
    assert second.timestamp() - first.timestamp() == 3600
    stay = present(bed, at=first)
    stays.discharge(stay=stay, by=None, at=second)
    placement = stay.placements.get()
    assert placement.ends_at - placement.starts_at == timedelta(hours=1)
    assert state(bed, paris("2026-10-25 03:00")) == BedState.CLEANING


def test_the_hour_that_does_not_come_in_spring_has_no_length(bed):
    stay = present(bed, at=paris("2026-03-29 01:59"))
    stays.discharge(stay=stay, by=None, at=paris("2026-03-29 03:01"))
    placement = stay.placements.get()
    assert placement.ends_at - placement.starts_at == timedelta(minutes=2)


def test_one_statement_whatever_the_number_of_beds(bed):
    queries: list[int] = []
    known = hospital()
    with counted(queries):
        occupancy(NOW, of=known)
    for other in beds(bed.room.unit, 30):
        present(other)
    with counted(queries):
        assert len(occupancy(NOW, of=known)) == 31
    assert queries == [1, 1]


def test_the_free_beds_of_a_unit_that_is_shut_are_closed_and_say_until_when(bed):
    calendar = Calendar.objects.create(name="Semaine")
    OpeningHours.objects.create(calendar=calendar, weekday=0, opens="07:00", closes="18:00")
    Unit.objects.filter(pk=bed.room.unit_id).update(calendar=calendar)
    kept, held, left = beds(bed.room.unit, 3)
    reservations.reserve(stay=expected(bed.room.unit), bed=kept, expected_at=paris("18:00"), by=None, at=NOW)
    present(held)
    stays.discharge(stay=present(left), by=None, at=NOW)
    rows = {row.bed_id: row for row in occupancy(NOW)}
    states = {pk: row.state(tomorrow=end_of_day(NOW)) for pk, row in rows.items()}
    assert states == {
        bed.pk: BedState.CLOSED,
        kept.pk: BedState.RESERVED,
        held.pk: BedState.OCCUPIED,
        left.pk: BedState.CLEANING,
    }
    assert {row.unit_opens_at for row in rows.values()} == {paris("2026-11-23 07:00")}
    (open_again,) = occupancy(paris("2026-11-23 07:00"), bed_ids=[bed.pk])
    assert open_again.state(tomorrow=end_of_day(NOW)) == BedState.FREE


def test_any_zone_asks_for_the_same_instant(bed):
    stay = present(bed)
    expect(stay, paris("2026-11-22 00:30"))
    late = paris("2026-11-22 00:10")
    assert state(bed, late.astimezone(tz=None)) == state(bed, late.astimezone(PARIS)) == BedState.LEAVING
