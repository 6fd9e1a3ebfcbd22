from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import ParameterValue
from amh.core.roles import Role
from patients.actions import departures, leaves, movements, stays
from patients.models import ExitMode, MovementKind, StayKind, StayState
from patients.queries.occupancy import end_of_day, occupancy
from patients.queries.waiting import around
from tests.expectations import nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, last, present, told
from wards.models import UnitKind

pytestmark = pytest.mark.django_db
TEN, TWO, HALF_PAST_TWO = paris("10:00"), paris("14:15"), paris("14:45")


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def leaving(bed, *, patient=None):
    """A patient in the bed whose stay another system ended at 14:15; held until 14:45 unless the ward says more."""
    stay = present(bed, patient=patient, at=TEN)
    told(stay, MovementKind.DISCHARGE, at=TWO)
    return fresh(stay)


def depart(stay, *, by=None, at=NOW, **options):
    return departures.depart(stay=stay, by=by, at=at, **options)


def row(bed, at=NOW):
    return occupancy(at, bed_ids=[bed.pk])[0]


def state(bed, at=NOW):
    return row(bed, at).state(tomorrow=end_of_day(at))


def test_a_told_discharge_keeps_the_bed_for_the_delay_and_says_so(bed):
    stay = leaving(bed)
    assert (stay.state, stay.discharged_at) == (StayState.DISCHARGED, TWO)
    assert (state(bed), row(bed).departs_since, row(bed).departs_at) == ("leaving", TWO, HALF_PAST_TWO)
    assert [state(bed, at) for at in (paris("14:00"), HALF_PAST_TWO)] == ["occupied", "cleaning"]


def test_the_delay_is_that_of_the_unit(bed):
    ParameterValue.objects.create(
        key="departure_delay_minutes", unit_id=bed.room.unit_id, value=5, entered_at=NOW - timedelta(days=1)
    )
    assert places(leaving(bed))[-1][3] == paris("14:20")


def test_the_ward_confirms_when_the_patient_left(bed):
    stay, by = leaving(bed), a_user(Role.AMH, bed.room.unit)
    with recorded("stay.depart", beds=(bed,), units=(bed.room.unit,)):
        movement = depart(stay, by=by)
    assert (movement.kind, movement.entered_by) == (MovementKind.DEPARTURE, by)
    assert (places(stay)[-1][3], fresh(stay).discharged_at) == (NOW, TWO)
    assert (state(bed), row(bed).departs_since) == ("cleaning", None)


def test_the_confirmation_is_undone(bed):
    stay = leaving(bed)
    movement = depart(stay)
    with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
        movements.undo(movement=movement, by=None, at=NOW)
    assert places(stay)[-1][3] == HALF_PAST_TWO


def test_the_confirmation_is_not_undone_once_the_bed_was_given(bed):
    stay = leaving(bed)
    movement = depart(stay, effective_at=TWO)
    present(bed, patient=a_patient("Durand"), at=paris("14:20"))
    says = "DURAND Anne depuis 14:20"
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying=says):
        movements.undo(movement=movement, by=a_user(Role.BED_MANAGER), at=NOW)


def test_a_departure_may_be_before_the_hour_that_was_told_but_not_before_the_arrival(bed):
    stay = leaving(bed)
    with nothing_written(), refused(Invalid, "before_last_movement", field="effective_at", saying="(entrée, 10:00)"):
        depart(stay, effective_at=paris("09:59"))
    with refused(Invalid, "in_the_future", field="effective_at"):
        depart(stay, effective_at=paris("14:40"))
    depart(stay, effective_at=paris("14:00"))
    assert places(stay)[-1][3] == paris("14:00")


def test_who_had_not_left_when_the_bed_was_held_free_left_later(bed):
    stay = leaving(bed)
    four = paris("16:00")
    depart(stay, at=four, effective_at=paris("15:30"))
    assert places(stay)[-1][3] == paris("15:30")


def test_a_later_departure_gives_way_to_who_was_placed_since(bed):
    stay = leaving(bed)
    present(bed, at=paris("15:00"))
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed"):
        depart(stay, at=paris("16:00"), effective_at=paris("15:30"))
    depart(stay, at=paris("16:00"), effective_at=paris("14:50"))


def test_a_departure_is_confirmed_once_and_only_what_another_system_told(bed):
    stay = leaving(bed)
    depart(stay)
    with nothing_written(), refused(Conflict, "already_left", saying="déjà enregistré"):
        depart(stay)
    by_hand = present(a_bed(bed.room.unit))
    with refused(Conflict, "stay_present"):
        depart(by_hand)
    stays.discharge(stay=by_hand, by=None, at=NOW)
    with refused(Conflict, "already_left"):
        depart(by_hand)


def test_a_second_end_is_confirmed_anew(bed):
    stay = leaving(bed)
    depart(stay, effective_at=TWO)
    told(stay, MovementKind.TRANSFER, at=paris("14:20"), place=bed, now=NOW)
    told(stay, MovementKind.DISCHARGE, at=paris("14:30"), now=NOW)
    depart(stay)
    assert [place[2:] for place in places(stay)] == [(TEN, TWO), (paris("14:20"), NOW)]


def test_who_leaves_is_discharged_and_moved_no_more(bed):
    stay = leaving(bed)
    for act in (
        lambda: stays.discharge(stay=stay, by=None, at=NOW),
        lambda: stays.move(stay=stay, to=a_bed(a_unit()), by=None, at=NOW),
    ):
        with nothing_written(), refused(Conflict, "stay_discharged", saying="est sorti (14:15)"):
            act()


def test_the_bed_is_given_to_nobody_before_it_is_free(bed):
    leaving(bed, patient=a_patient("Durand"))
    with refused(Conflict, "bed_occupied", field="bed", saying="DURAND Anne depuis 10:00"):
        stays.place(stay=expected(bed.room.unit), bed=bed, by=a_user(Role.BED_MANAGER), at=NOW)
    stays.place(stay=expected(bed.room.unit), bed=bed, by=None, at=HALF_PAST_TWO)


def test_a_told_discharge_that_is_taken_back_never_was(bed):
    stay = leaving(bed)
    movements.undo(movement=last(stay), by=None, at=NOW)
    assert (fresh(stay).state, places(stay)[-1][3], state(bed)) == (StayState.PRESENT, None, "occupied")


def test_who_was_told_to_be_in_the_bed_waits_on_when_the_discharge_is_taken_back(bed):
    stay, newcomer = leaving(bed), expected(bed.room.unit)
    told(newcomer, MovementKind.ADMISSION, at=paris("14:20"), place=bed)
    assert [place[1:] for place in places(newcomer)] == [
        (None, paris("14:20"), HALF_PAST_TWO),
        (bed, HALF_PAST_TWO, None),
    ]
    movements.undo(movement=last(stay), by=None, at=NOW)
    assert [place[1:] for place in places(newcomer)] == [(None, paris("14:20"), None)]
    assert row(bed).claimed_by == newcomer.pk


def test_who_was_told_to_be_in_the_bed_has_it_when_the_departure_is_confirmed(bed):
    stay, newcomer = leaving(bed), expected(bed.room.unit)
    told(newcomer, MovementKind.ADMISSION, at=paris("14:20"), place=bed)
    with recorded("stay.depart", beds=(bed,), units=(bed.room.unit,)):
        depart(stay)
    assert [place[1:] for place in places(newcomer)] == [(None, paris("14:20"), NOW), (bed, NOW, None)]
    assert around(NOW) == []


def test_the_lounge_frees_the_bed_and_keeps_the_stay(bed):
    stay, by = present(bed, at=TEN), a_user(Role.NURSE, bed.room.unit)
    with recorded("stay.to_lounge", beds=(bed,), units=(bed.room.unit,)):
        departures.to_lounge(stay=stay, by=by, at=NOW, reason="taxi à 16 h")
    assert (fresh(stay).state, places(stay)) == (StayState.LOUNGE, [(bed.room.unit, bed, TEN, NOW)])
    assert (state(bed), [one.away for one in around(NOW)]) == ("cleaning", ["lounge"])
    with refused(Conflict, "stay_lounge"):
        departures.to_lounge(stay=stay, by=by, at=NOW)


def test_who_is_in_the_lounge_gets_a_bed_back_or_leaves(bed):
    stay = present(bed, at=TEN)
    departures.to_lounge(stay=stay, by=None, at=NOW)
    stays.move(stay=stay, to=bed, by=None, at=NOW)
    assert fresh(stay).state == StayState.PRESENT
    departures.to_lounge(stay=stay, by=None, at=NOW)
    stays.discharge(stay=stay, by=None, at=NOW)
    assert fresh(stay).state == StayState.DISCHARGED


def test_the_lounge_is_undone_while_the_bed_is_free(bed):
    stay = present(bed)
    movement = departures.to_lounge(stay=stay, by=None, at=NOW)
    other = present(bed, at=NOW)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed"):
        movements.undo(movement=movement, by=None, at=NOW)
    stays.discharge(stay=other, by=None, at=NOW)
    movements.undo(movement=movement, by=None, at=NOW)
    assert (fresh(stay).state, places(stay)[-1][1]) == (StayState.PRESENT, bed)


def test_home_care_is_an_exit_and_a_new_stay(bed):
    home = a_unit(kind=UnitKind.HOME_CARE)
    stay, by = present(bed, at=TEN), a_user(Role.AMH, bed.room.unit)
    new = departures.to_home_care(stay=stay, unit=home, by=by, at=NOW)
    assert (fresh(stay).state, fresh(stay).exit_mode, places(stay)[-1][3]) == (
        StayState.DISCHARGED,
        ExitMode.HOME_CARE,
        NOW,
    )
    assert (fresh(new).kind, fresh(new).state, fresh(new).patient) == (
        StayKind.HOME_CARE,
        StayState.PRESENT,
        stay.patient,
    )
    assert (places(new), around(NOW)) == ([(home, None, NOW, None)], [])


@pytest.mark.parametrize("side", [0, 1], ids=["the exit", "the new stay"])
def test_home_care_is_undone_whole_from_either_side(bed, side):
    home = a_unit(kind=UnitKind.HOME_CARE)
    stay, by = present(bed, at=TEN), a_user(Role.AMH, bed.room.unit)
    new = departures.to_home_care(stay=stay, unit=home, by=by, at=NOW)
    movements.undo(movement=last((stay, new)[side]), by=by, at=NOW)
    assert (fresh(stay).state, places(stay)[-1][3]) == (StayState.PRESENT, None)
    assert (fresh(new).state, places(new)) == (StayState.CANCELLED, [])


def test_home_care_is_in_a_unit_of_home_care_and_for_somebody_here(bed):
    stay, home = present(bed), a_unit(kind=UnitKind.HOME_CARE)
    with nothing_written(), refused(Conflict, "not_home_care", field="unit"):
        departures.to_home_care(stay=stay, unit=bed.room.unit, by=None, at=NOW)
    with refused(Conflict, "stay_expected"):
        departures.to_home_care(stay=expected(bed.room.unit), unit=home, by=None, at=NOW)
    leaves.leave(stay=stay, until=paris("18:00"), by=None, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        departures.to_home_care(stay=stay, unit=home, by=a_user(Role.NURSE, bed.room.unit), at=NOW)
    departures.to_home_care(stay=stay, unit=home, by=None, at=NOW)


def test_who_may_confirm_a_departure(bed):
    stay, everywhere = leaving(bed), {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}
    own = {Role.AMH, Role.NURSE, Role.PHYSICIAN}
    assert who_may(lambda by: depart(stay, by=by), bed.room.unit) == own | everywhere
    assert who_may(lambda by: depart(stay, by=by), a_unit()) == everywhere


def test_a_discharge_says_how(bed):
    first, second = beds(a_unit(), 2)
    for place, mode in ((first, ExitMode.AGAINST_ADVICE), (second, ExitMode.UNAWARES), (bed, ExitMode.NURSING_HOME)):
        stay = present(place)
        movement = stays.discharge(stay=stay, mode=mode, reason="décision du patient", by=None, at=NOW)
        assert (fresh(stay).exit_mode, movement.mode, movement.reason) == (mode, mode, "décision du patient")
