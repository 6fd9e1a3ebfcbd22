from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import closures, expected_discharges, reservations, stays
from patients.models import Certainty, MovementKind
from patients.queries import closures as queries
from patients.queries.occupancy import end_of_day, occupancy
from tests.expectations import counted, nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present, told
from wards.models import BedState, Closure, ClosureKind, ClosureReason

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, FRIDAY = (paris(f"2026-11-{day} 08:00") for day in (23, 24, 27))


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def close(*wanted, starts_at=MONDAY, until=FRIDAY, by=None, at=NOW, **options):
    return closures.close(
        beds=wanted, reason=ClosureReason.WORKS, starts_at=starts_at, until=until, by=by, at=at, **options
    )


def close_unit(unit, *, starts_at=MONDAY, until=FRIDAY, by=None, at=NOW):
    return closures.close_unit(unit=unit, reason=ClosureReason.STAFF, starts_at=starts_at, until=until, by=by, at=at)


def expect(stay, when):
    expected_discharges.expect(stay=stay, expected_at=when, certainty=Certainty.PROBABLE, by=None, at=NOW)


def state(bed, at):
    return occupancy(at, bed_ids=[bed.pk])[0].state(tomorrow=end_of_day(at))


def test_a_bed_is_closed_for_a_time_to_come(bed):
    by = a_user(Role.BED_MANAGER)
    with recorded("bed.close", beds=(bed,)):
        (closure,) = close(bed, by=by, kind=ClosureKind.BLOCKED)
    assert (closure.starts_at, closure.ends_at, closure.kind) == (MONDAY, FRIDAY, ClosureKind.BLOCKED)
    assert (closure.entered_at, closure.entered_by) == (NOW, by)
    assert [state(bed, at) for at in (NOW, MONDAY, FRIDAY)] == [BedState.FREE, BedState.BLOCKED, BedState.FREE]


def test_a_bed_that_is_to_be_closed_takes_somebody_until_then(bed):
    close(bed)
    stay = present(bed, at=NOW)
    assert state(bed, NOW) == BedState.OCCUPIED
    row = occupancy(TUESDAY, bed_ids=[bed.pk])[0]
    assert (row.state(tomorrow=end_of_day(TUESDAY)), row.stay_id) == (BedState.CLOSED, stay.pk)


def test_somebody_who_is_to_have_left_by_then_does_not_stand_in_the_way(bed):
    stay = present(bed, patient=a_patient("Durand"))
    says = "201 F est occupé par DURAND Anne, dont la sortie n’est pas prévue avant lun. 23 nov. 08:00"
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying=says):
        close(bed, by=a_user(Role.BED_MANAGER))
    expect(stay, TUESDAY)
    with refused(Conflict, "bed_occupied", field="bed", saying="occupé par un autre patient"):
        close(bed)
    expect(stay, MONDAY)
    close(bed)


def test_somebody_in_the_bed_stands_in_the_way_of_closing_it_now(bed):
    stay = present(bed, at=paris("09:15"))
    expect(stay, NOW)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying="depuis 09:15"):
        close(bed, starts_at=None)


def test_a_bed_whose_patient_is_about_to_leave_is_closed_from_then_on(bed):
    stay = present(bed, at=paris("09:15"))
    told(stay, MovementKind.DISCHARGE, at=NOW)
    with refused(Conflict, "bed_occupied", field="bed"):
        close(bed, starts_at=None)
    close(bed, starts_at=NOW + timedelta(minutes=30))


def test_a_bed_kept_for_somebody_then_is_not_closed(bed):
    stay = expected(bed.room.unit, patient=a_patient("Durand"))
    reservations.reserve(stay=stay, bed=bed, expected_at=MONDAY, by=None, at=NOW)
    says = "201 F est réservé pour DURAND Anne, attendu le lun. 23 nov. à 08:00"
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed", saying=says):
        close(bed, by=a_user(Role.BED_MANAGER))
    close(bed, starts_at=TUESDAY)


def test_a_bed_that_is_to_be_closed_is_not_kept_for_then(bed):
    close(bed)
    stay = expected(bed.room.unit)
    says = "201 F sera fermé (travaux) à partir du lun. 23 nov. 08:00"
    with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying=says):
        reservations.reserve(stay=stay, bed=bed, expected_at=TUESDAY, by=None, at=NOW)
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("20:00"), by=None, at=NOW)


def test_a_bed_is_closed_once_at_a_time(bed):
    close(bed)
    for starts_at, until in ((None, None), (TUESDAY, None), (NOW, TUESDAY)):
        with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying="201 F est déjà fermé"):
            close(bed, starts_at=starts_at, until=until)
    close(bed, starts_at=FRIDAY, until=None)
    close(bed, starts_at=NOW, until=MONDAY)


@pytest.mark.parametrize("until", [MONDAY, NOW])
def test_a_closure_ends_after_it_begins(bed, until):
    with nothing_written(), refused(Invalid, "order", field="until"):
        close(bed, until=until)


def test_several_beds_are_closed_together_or_not_at_all():
    unit = a_unit()
    held, kept, free = a_bed(unit, "201", "F"), a_bed(unit, "202", "P"), a_bed(unit, "203", "F")
    present(held, patient=a_patient("Durand"))
    reservations.reserve(stay=expected(unit), bed=kept, expected_at=MONDAY, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "beds_taken", field="bed") as _:
        close(held, kept, free)
    with pytest.raises(Conflict) as refusal:
        close(held, kept, free)
    assert all(label in refusal.value.sentence for label in ("201 F", "202 P"))
    assert "203 F" not in refusal.value.sentence
    assert len(close(free, a_bed(unit))) == 2


def test_a_room_is_closed_with_all_its_beds_but_those_already_closed():
    unit = a_unit()
    first, second, elsewhere = a_bed(unit, "201", "F"), a_bed(unit, "201", "P"), a_bed(unit, "202", "F")
    close(first, starts_at=NOW, until=None)
    made = closures.close_room(
        room=first.room, reason=ClosureReason.WORKS, starts_at=MONDAY, until=FRIDAY, by=None, at=NOW
    )
    assert [closure.bed for closure in made] == [second]
    assert state(elsewhere, TUESDAY) == BedState.FREE
    with nothing_written(), refused(Conflict, "nothing_to_close", saying="aucun lit à fermer"):
        closures.close_room(
            room=first.room, reason=ClosureReason.WORKS, starts_at=MONDAY, until=FRIDAY, by=None, at=NOW
        )


def test_a_unit_is_closed_when_nobody_is_awaited_there():
    unit = a_unit()
    mine = beds(unit, 3)
    stay = expected(unit, patient=a_patient("Durand"), expected_at=TUESDAY)
    with nothing_written(), refused(Conflict, "unit_awaits", saying="DURAND Anne est attendu dans l’unité (mar. 24"):
        close_unit(unit, by=a_user(Role.BED_MANAGER))
    stays_before = AuditEntry.objects.filter(action="bed.close").count()
    close_unit(unit, starts_at=NOW, until=TUESDAY)
    assert AuditEntry.objects.filter(action="bed.close").count() == stays_before + 3
    assert {state(bed, MONDAY) for bed in mine} == {BedState.CLOSED}
    assert stay.state == "expected"


def test_closing_a_unit_asks_as_often_for_thirty_beds_as_for_two():
    queries = []
    for number in (2, 30):
        unit = a_unit()
        for bed in beds(unit, number):
            present(bed)
        with counted(queries), pytest.raises(Conflict):
            close_unit(unit)
    assert queries[0] == queries[1]


def test_a_closure_is_shortened_and_prolonged(bed):
    (closure,) = close(bed)
    with recorded("bed.set_closure_end", beds=(bed,)):
        closures.set_end(closure=closure, until=TUESDAY, by=None, at=NOW)
    closure.refresh_from_db()
    assert closure.ends_at == TUESDAY
    closures.set_end(closure=closure, until=None, by=None, at=NOW)
    with nothing_written(), refused(Invalid, "order", field="until"):
        closures.set_end(closure=closure, until=MONDAY, by=None, at=NOW)
    with refused(Invalid, "in_the_past", field="until", saying="lever la fermeture"):
        closures.set_end(closure=closure, until=TUESDAY, by=None, at=FRIDAY)


def test_a_closure_is_not_prolonged_over_somebody(bed):
    (closure,) = close(bed, starts_at=NOW, until=MONDAY)
    reservations.reserve(stay=expected(bed.room.unit), bed=bed, expected_at=TUESDAY, by=None, at=MONDAY)
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed"):
        closures.set_end(closure=closure, until=FRIDAY, by=None, at=MONDAY - timedelta(hours=1))
    close(bed, starts_at=FRIDAY + timedelta(days=1), until=None)
    reservations.release(reservation=bed.reservations.get(), by=None, at=MONDAY)
    with refused(Conflict, "bed_closed", field="bed"):
        closures.set_end(closure=closure, until=None, by=None, at=MONDAY - timedelta(hours=1))


def test_a_closure_is_lifted_and_that_is_taken_back(bed):
    (closure,) = close(bed, starts_at=None, until=None)
    later = NOW + timedelta(hours=1)
    with recorded("bed.reopen", beds=(bed,)):
        closures.lift(closure=closure, by=None, at=later)
    assert state(bed, later) == BedState.FREE
    with nothing_written(), refused(Conflict, "bed_open", field="bed", saying="n’est pas fermé"):
        closures.lift(closure=closure, by=None, at=later)
    closures.set_end(closure=closure, until=None, by=None, at=later)
    assert state(bed, later) == BedState.CLOSED


def test_a_closure_that_has_not_begun_is_cancelled_once(bed):
    (closure,) = close(bed)
    with nothing_written(), refused(Conflict, "closure_planned", saying="l’annuler"):
        closures.lift(closure=closure, by=None, at=NOW)
    with recorded("bed.cancel_closure", beds=(bed,)):
        closures.cancel(closure=closure, by=None, at=NOW)
    assert state(bed, TUESDAY) == BedState.FREE
    with nothing_written(), refused(Conflict, "already_cancelled"):
        closures.cancel(closure=closure, by=None, at=NOW)
    (begun,) = close(bed, starts_at=None)
    with nothing_written(), refused(Conflict, "closure_begun", saying="la lever"):
        closures.cancel(closure=begun, by=None, at=NOW)


def test_somebody_whom_another_system_puts_into_a_closed_bed_is_shown(bed):
    close(bed, starts_at=None)
    stay = expected(bed.room.unit, patient=a_patient("Durand"))
    told(stay, MovementKind.ADMISSION, at=NOW, place=bed)
    row = occupancy(NOW, bed_ids=[bed.pk])[0]
    assert (row.state(tomorrow=end_of_day(NOW)), row.birth_name) == (BedState.CLOSED, "Durand")
    stays.discharge(stay=stay, by=None, at=NOW)


@pytest.mark.parametrize("own", [True, False], ids=["own unit", "another unit"])
def test_who_may_close_and_open(bed, own):
    unit, another = bed.room.unit if own else a_unit(), a_bed(bed.room.unit)
    allowed = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL} | ({Role.PHYSICIST} if own else set())
    (planned,) = close(bed)
    (begun,) = close(bed, starts_at=NOW, until=MONDAY)
    for act in (
        lambda by: close(another, by=by),
        lambda by: closures.set_end(closure=planned, until=TUESDAY, by=by, at=NOW),
        lambda by: closures.cancel(closure=planned, by=by, at=NOW),
        lambda by: closures.lift(closure=begun, by=by, at=NOW),
    ):
        assert who_may(act, unit) == allowed


def test_one_must_have_the_right_in_every_unit(bed):
    other = a_bed(a_unit())
    with nothing_written(), refused(Denied, "denied"):
        close(bed, other, by=a_user(Role.PHYSICIST, bed.room.unit))
    close(bed, other, by=a_user(Role.PHYSICIST, bed.room.unit, other.room.unit))


def test_reopening_ends_what_closes_the_bed_now_and_leaves_what_is_planned(bed):
    close(bed, starts_at=NOW, until=MONDAY)
    close(bed, starts_at=TUESDAY)
    bed_actions.reopen(bed=bed, by=None, at=NOW + timedelta(hours=1))
    assert [state(bed, at) for at in (NOW, NOW + timedelta(hours=1), TUESDAY)] == ["closed", "free", "closed"]


def test_closures_made_together_end_together_or_not_at_all():
    first, second, other = beds(a_unit(), 3)
    by = a_user(Role.BED_MANAGER)
    made = close(second, first, by=by)
    close(other, by=by, at=NOW + timedelta(seconds=1))
    assert queries.together(made[0]) == made
    closures.set_ends(closures=reversed(made), until=TUESDAY, by=by, at=NOW)
    assert {one.ends_at for one in queries.together(Closure.objects.get(pk=made[0].pk))} == {TUESDAY}
    present(second, at=NOW)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed"):
        closures.set_ends(closures=made, until=FRIDAY, by=by, at=NOW)
    ended = closures.end(closures=made, by=by, at=NOW)
    assert [one.ends_at for one in ended] == [MONDAY, MONDAY]
    assert [queries.standing(bed, at=NOW) for bed in (first, second)] == [[], []]


def test_those_that_have_begun_are_lifted_and_those_to_come_struck_out():
    first, second = beds(a_unit(), 2)
    begun, planned = close(first, starts_at=NOW - timedelta(hours=1)), close(second)
    assert queries.standing(first, at=NOW) == begun
    closures.end(closures=[*begun, *planned], by=None, at=NOW)
    assert [Closure.objects.get(bed=bed).ends_at for bed in (first, second)] == [NOW, MONDAY]
    with nothing_written(), refused(Conflict, "bed_open", field="bed"):
        closures.end(closures=begun, by=None, at=NOW)
