import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.roles import Role
from patients.actions import closures, deaths, leaves, movements, reservations, stays
from patients.models import ExitMode, Movement, MovementKind, StayState
from patients.queries import locks
from patients.queries.occupancy import end_of_day, occupancy
from patients.queries.waiting import around
from tests.expectations import nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, last, present, told
from wards.models import BedState, ClosureReason

pytestmark = pytest.mark.django_db
TEN, TWO = paris("10:00"), paris("14:00")


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def die(stay, *, by=None, at=NOW, **options):
    return deaths.die(stay=stay, by=by, at=at, **options)


def body_left(stay, *, by=None, at=NOW, **options):
    return deaths.body_left(stay=stay, by=by, at=at, **options)


def row(bed, at=NOW):
    return occupancy(at, bed_ids=[bed.pk])[0]


def state(bed, at=NOW):
    return row(bed, at).state(tomorrow=end_of_day(at))


def test_a_death_keeps_the_bed_and_hides_the_patient(bed):
    stay, by = present(bed, at=TEN), a_user(Role.PHYSICIAN, bed.room.unit)
    with recorded("stay.die", beds=(bed,), units=(bed.room.unit,)):
        die(stay, by=by, effective_at=TWO)
    assert (fresh(stay).state, fresh(stay).patient.deceased_at) == (StayState.DECEASED, TWO)
    assert places(stay) == [(bed.room.unit, bed, TEN, None)]
    assert (state(bed), row(bed).protected, row(bed).deceased) == (BedState.BLOCKED, True, True)
    before = row(bed, paris("13:00"))
    assert (state(bed, paris("13:00")), before.protected, before.deceased) == (BedState.OCCUPIED, False, False)


def test_the_bed_is_to_be_cleaned_when_the_body_has_left(bed):
    stay, by = present(bed, at=TEN), a_user(Role.NURSE, bed.room.unit)
    die(stay, effective_at=TWO)
    with recorded("stay.body_left", beds=(bed,), units=(bed.room.unit,)):
        body_left(stay, by=by)
    assert (fresh(stay).state, fresh(stay).exit_mode) == (StayState.DISCHARGED, ExitMode.DEATH)
    assert (places(stay)[-1][3], state(bed)) == (NOW, BedState.CLEANING)
    assert (state(bed, paris("14:10")), row(bed, paris("14:10")).protected) == (BedState.BLOCKED, True)


def test_nobody_is_given_the_bed_nor_told_the_name(bed):
    stay = present(bed, patient=a_patient("Durand"), at=TEN)
    die(stay)
    says = "occupé par un autre patient depuis 10:00"
    newcomer = expected(bed.room.unit)
    for by in (a_user(Role.BED_MANAGER), None):
        with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying=says):
            stays.place(stay=newcomer, bed=bed, by=by, at=NOW)
    with refused(Conflict, "bed_occupied", field="bed", saying="un autre patient"):
        closures.close(beds=[bed], reason=ClosureReason.OTHER, by=a_user(Role.BED_MANAGER), at=NOW)


@pytest.mark.parametrize("act", ["move", "discharge", "leave", "wait"])
def test_the_dead_are_moved_and_discharged_by_nobody(bed, act):
    stay = present(bed)
    die(stay)
    acts = {
        "move": lambda: stays.move(stay=stay, to=a_bed(a_unit()), by=None, at=NOW),
        "discharge": lambda: stays.discharge(stay=stay, by=None, at=NOW),
        "leave": lambda: leaves.leave(stay=stay, until=paris("20:00"), by=None, at=NOW),
        "wait": lambda: stays.wait(stay=stay, unit=bed.room.unit, by=None, at=NOW),
    }
    with nothing_written(), refused(Conflict, "stay_deceased", saying="seul le départ du corps reste"):
        acts[act]()


def test_one_dies_once(bed):
    stay = present(bed)
    die(stay)
    with nothing_written(), refused(Conflict, "stay_deceased", saying="déjà enregistré"):
        die(stay)
    body_left(stay)
    with nothing_written(), refused(Conflict, "already_left", saying="déjà enregistré (14:32)"):
        body_left(stay)
    with refused(Conflict, "stay_discharged"):
        die(stay)


def test_a_body_leaves_after_a_death_only(bed):
    stay = present(bed)
    with nothing_written(), refused(Conflict, "not_deceased", saying="Aucun décès"):
        body_left(stay)
    with nothing_written(), refused(Conflict, "death_first", field="mode", saying="Enregistrer d’abord le décès"):
        stays.discharge(stay=stay, mode=ExitMode.DEATH, by=None, at=NOW)


def test_a_death_is_undone_before_the_body_has_left(bed):
    stay = present(bed, at=TEN)
    movement = die(stay)
    body_left(stay)
    with nothing_written(), refused(Conflict, "not_last", saying="annuler d’abord le dernier"):
        movements.undo(movement=movement, by=None, at=NOW)
    movements.undo(movement=last(stay), by=None, at=NOW)
    assert (fresh(stay).state, state(bed)) == (StayState.DECEASED, BedState.BLOCKED)
    with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
        movements.undo(movement=movement, by=None, at=NOW)
    assert (fresh(stay).state, fresh(stay).patient.deceased_at) == (StayState.PRESENT, None)
    assert (state(bed), row(bed).protected) == (BedState.OCCUPIED, False)


def test_a_death_whose_hour_is_corrected_is_remembered_at_the_right_one(bed):
    stay = present(bed, at=TEN)
    movements.retime(movement=die(stay), effective_at=TWO, by=None, at=NOW)
    assert (fresh(stay).state, fresh(stay).patient.deceased_at) == (StayState.DECEASED, TWO)


def test_a_death_that_the_identity_server_knew_stays_known(bed):
    stay = present(bed, at=TEN)
    stay.patient.deceased_at = paris("13:50")
    stay.patient.save()
    movements.undo(movement=die(stay), by=None, at=NOW)
    assert fresh(stay).patient.deceased_at == paris("13:50")


def test_a_death_that_another_movement_still_tells_stays_known(bed):
    stay = present(bed, at=TEN)
    movement = die(stay, effective_at=TWO)
    told(stay, MovementKind.DISCHARGE, at=paris("14:20"), mode=ExitMode.DEATH, now=NOW)
    movement.stay = fresh(stay)
    movements.cancel(movement, by=None, at=NOW)
    assert fresh(stay).patient.deceased_at == paris("14:20")


def told_again(movement, **facts):
    """The same movement, as its sender says it now."""
    movement = Movement.objects.get(pk=movement.pk)
    movement.stay = locks.to_move(movement.stay_id)[movement.stay_id]
    for name, value in facts.items():
        setattr(movement, name, value)
    return movements.record(movement, action="stay.discharge", by=None, at=NOW)


def test_a_told_death_whose_hour_was_corrected_is_taken_back_too(bed):
    stay = present(bed, at=TEN)
    movement = told(stay, MovementKind.DISCHARGE, at=TWO, mode=ExitMode.DEATH)
    movement = told_again(movement, effective_at=paris("14:20"))
    assert fresh(stay).patient.deceased_at == paris("14:20")
    movements.cancel(movement, by=None, at=NOW)
    assert fresh(stay).patient.deceased_at is None


def test_who_left_alive_after_all_did_not_die(bed):
    stay = present(bed, at=TEN)
    told_again(told(stay, MovementKind.DISCHARGE, at=TWO, mode=ExitMode.DEATH), mode=ExitMode.HOME)
    left = fresh(stay)
    assert (left.state, left.exit_mode, left.patient.deceased_at) == (StayState.DISCHARGED, ExitMode.HOME, None)


def test_whoever_is_in_a_unit_without_a_bed_is_hidden_too():
    unit = a_unit()
    die(present(unit))
    (one,) = around(NOW)
    assert (one.deceased, one.protected) == (True, True)


def test_a_bed_kept_for_somebody_who_died_is_let_go(bed):
    other = a_bed(bed.room.unit)
    stay = present(bed)
    reservations.reserve(stay=stay, bed=other, expected_at=paris("16:00"), by=None, at=NOW)
    movement = die(stay)
    assert stay.reservations.get().released_at == NOW
    movements.undo(movement=movement, by=None, at=NOW)
    assert stay.reservations.get().released_at is None


def test_who_dies_while_the_departure_is_to_be_confirmed_keeps_the_bed(bed):
    stay = present(bed, at=TEN)
    told(stay, MovementKind.DISCHARGE, at=paris("14:20"))
    die(stay)
    assert (fresh(stay).state, fresh(stay).discharged_at, places(stay)[-1][3]) == (StayState.DECEASED, None, None)


def test_a_told_exit_of_somebody_who_died_waits_for_the_body(bed):
    stay = present(bed, at=TEN)
    told(stay, MovementKind.DISCHARGE, at=TWO, mode=ExitMode.DEATH)
    assert (fresh(stay).state, state(bed)) == (StayState.DECEASED, BedState.BLOCKED)
    assert fresh(stay).patient.deceased_at == TWO
    body_left(stay)
    assert (fresh(stay).state, fresh(stay).discharged_at, places(stay)[-1][3]) == (StayState.DISCHARGED, NOW, NOW)


def test_times_that_cannot_be(bed):
    stay = present(bed, at=TEN)
    with refused(Invalid, "before_last_movement", field="effective_at"):
        die(stay, effective_at=paris("09:00"))
    with refused(Invalid, "in_the_future", field="effective_at"):
        die(stay, effective_at=paris("15:00"))
    die(stay, effective_at=TWO)
    with refused(Invalid, "before_last_movement", field="effective_at", saying="(décès, 14:00)"):
        body_left(stay, effective_at=paris("13:59"))


@pytest.mark.parametrize("own", [True, False], ids=["own unit", "another unit"])
def test_who_may_record_a_death_and_the_departure_of_the_body(own):
    here, there = beds(a_unit(), 2)
    dying, dead, unit = present(here), present(there), here.room.unit if own else a_unit()
    die(dead)
    allowed = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}
    allowed |= {Role.AMH, Role.NURSE, Role.PHYSICIAN} if own else set()
    assert who_may(lambda by: die(dying, by=by), unit) == allowed
    assert who_may(lambda by: body_left(dead, by=by), unit) == allowed
