from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.models import ParameterValue
from amh.core.roles import Role
from patients.actions import deaths, departures, leaves, movements, reservations, stays
from patients.models import ExitMode, MovementKind, StayState
from patients.queries import leaves as read
from tests.expectations import counted, nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, last, present, told

pytestmark = pytest.mark.django_db
TOMORROW = paris("2026-11-22 18:00")


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def leave(stay, *, until=TOMORROW, by=None, at=NOW, **options):
    return leaves.leave(stay=stay, until=until, by=by, at=at, **options)


def come_back(stay, *, by=None, at=NOW, **options):
    return leaves.come_back(stay=stay, by=by, at=at, **options)


def test_a_leave_keeps_the_bed_and_says_until_when(bed):
    stay, by = present(bed, at=paris("10:00")), a_user(Role.NURSE, bed.room.unit)
    with recorded("stay.leave", beds=(bed,), units=(bed.room.unit,)):
        movement = leave(stay, by=by, effective_at=paris("14:00"), reason="anniversaire")
    assert (movement.expected_return_at, movement.reason, movement.entered_by) == (TOMORROW, "anniversaire", by)
    assert (fresh(stay).state, fresh(stay).on_leave_until) == (StayState.ON_LEAVE, TOMORROW)
    assert places(stay) == [(bed.room.unit, bed, paris("10:00"), None)]


def test_the_return_ends_it(bed):
    stay = present(bed)
    leave(stay)
    with recorded("stay.come_back", beds=(bed,), units=(bed.room.unit,)):
        come_back(stay)
    assert (fresh(stay).state, fresh(stay).on_leave_until) == (StayState.PRESENT, None)
    assert len(places(stay)) == 1


def test_each_is_undone(bed):
    stay = present(bed)
    leave(stay)
    come_back(stay)
    for state in (StayState.ON_LEAVE, StayState.PRESENT):
        with recorded("movement.undo", beds=(bed,), units=(bed.room.unit,)):
            movements.undo(movement=last_standing(stay), by=None, at=NOW)
        assert fresh(stay).state == state


def last_standing(stay):
    return stay.movements.standing().latest("pk")


def test_a_leave_lasts_two_days_of_the_wards_clock_at_most(bed):
    stay = present(bed)
    says = "retour au plus tard le lun. 23 nov. 14:32"
    with nothing_written(), refused(Invalid, "leave_too_long", field="until", saying=says):
        leave(stay, until=paris("2026-11-23 14:33"))
    leave(stay, until=paris("2026-11-23 14:32"))


@pytest.mark.parametrize(("eve", "after"), [("2026-03-28", "2026-03-30"), ("2026-10-24", "2026-10-26")])
def test_two_days_are_two_days_when_the_clock_changes(bed, eve, after):
    noon = paris(f"{eve} 12:00")
    stay = present(bed, at=noon)
    with refused(Invalid, "leave_too_long", field="until"):
        leave(stay, until=paris(f"{after} 12:01"), at=noon)
    leave(stay, until=paris(f"{after} 12:00"), at=noon)


def test_a_return_before_the_departure_makes_no_sense(bed):
    stay = present(bed)
    with nothing_written(), refused(Invalid, "order", field="until", saying="précède le départ"):
        leave(stay, until=NOW)


def test_who_is_not_there_goes_on_no_leave(bed):
    stay = present(bed)
    leave(stay)
    with nothing_written(), refused(Conflict, "stay_on_leave", saying="en permission"):
        leave(stay)
    with refused(Conflict, "stay_expected"):
        leave(expected(bed.room.unit))
    lounging = present(bed.room.unit)
    departures.to_lounge(stay=lounging, by=None, at=NOW)
    with refused(Conflict, "stay_lounge", saying="salon de sortie"):
        leave(lounging)


@pytest.mark.parametrize("state", ["present", "discharged", "expected"])
def test_who_is_on_no_leave_does_not_come_back(bed, state):
    stay = expected(bed.room.unit) if state == "expected" else present(bed)
    if state == "discharged":
        stays.discharge(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, f"stay_{state}"):
        come_back(stay)


def test_times_that_cannot_be(bed):
    stay = present(bed, at=paris("10:00"))
    with refused(Invalid, "before_last_movement", field="effective_at"):
        leave(stay, effective_at=paris("09:59"))
    with refused(Invalid, "in_the_future", field="effective_at"):
        leave(stay, effective_at=paris("14:40"))
    leave(stay, effective_at=paris("14:00"))
    with refused(Invalid, "before_last_movement", field="effective_at", saying="(permission, 14:00)"):
        come_back(stay, effective_at=paris("13:59"))


def test_a_bed_may_be_changed_and_kept_during_a_leave():
    old, new = beds(a_unit(), 2)
    stay = present(old)
    leave(stay)
    reservations.reserve(stay=stay, bed=new, expected_at=TOMORROW, by=None, at=NOW)
    stays.move(stay=stay, to=new, by=None, at=NOW)
    assert (fresh(stay).state, fresh(stay).on_leave_until) == (StayState.ON_LEAVE, TOMORROW)
    assert places(stay)[-1][1] == new


def test_who_does_not_come_back_is_discharged_once_the_hour_is_past(bed):
    stay = present(bed)
    leave(stay)
    early = "ce n’est pas encore l’heure"
    with nothing_written(), refused(Conflict, "leave_not_over", field="mode", saying=early):
        stays.discharge(stay=stay, mode=ExitMode.NOT_RETURNED, by=None, at=NOW)
    stays.discharge(stay=stay, mode=ExitMode.NOT_RETURNED, by=None, at=TOMORROW)
    assert (fresh(stay).state, fresh(stay).exit_mode) == (StayState.DISCHARGED, ExitMode.NOT_RETURNED)
    with refused(Conflict, "not_on_leave", field="mode"):
        stays.discharge(stay=present(bed, at=TOMORROW), mode=ExitMode.NOT_RETURNED, by=None, at=TOMORROW)


@pytest.mark.parametrize("mode", [ExitMode.HOME, ExitMode.DEATH, ""])
def test_who_is_on_leave_may_leave_for_good_or_die_elsewhere(bed, mode):
    stay = present(bed)
    leave(stay)
    stays.discharge(stay=stay, mode=mode, by=None, at=NOW)
    assert (fresh(stay).state, fresh(stay).exit_mode) == (StayState.DISCHARGED, mode)
    assert places(stay)[-1][3] == NOW


def test_who_has_died_goes_nowhere(bed):
    stay = present(bed)
    deaths.die(stay=stay, by=None, at=NOW)
    for act in (leave, come_back):
        with refused(Conflict, "stay_deceased", saying="décédé"):
            act(stay)


PLACERS, PLACERS_EVERYWHERE = {Role.AMH, Role.NURSE}, {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}


@pytest.mark.parametrize("own", [True, False], ids=["own unit", "another unit"])
def test_who_may_let_a_patient_go_and_come_back(bed, own):
    stay, unit = present(bed), bed.room.unit if own else a_unit()
    allowed = PLACERS_EVERYWHERE | (PLACERS if own else set())
    assert who_may(lambda by: leave(stay, by=by), unit) == allowed
    leave(stay)
    assert who_may(lambda by: come_back(stay, by=by), unit) == allowed


def test_leaves_whose_end_is_near_or_past_are_told(bed):
    unit = bed.room.unit
    late, soon, far = present(bed, at=paris("08:00")), present(a_bed(unit)), present(unit)
    leave(late, until=paris("14:00"), effective_at=paris("08:30"))
    leave(soon, until=paris("16:30"))
    leave(far, until=paris("16:33"))
    assert [(one.stay_id, one.late) for one in read.overdue(NOW)] == [(late.pk, True), (soon.pk, False)]
    assert read.overdue(NOW, unit_ids=[a_unit().pk]) == []
    (first, *_rest) = read.overdue(NOW, unit_ids=[unit.pk])
    assert (first.unit_id, first.bed_id, first.patient_id, first.until) == (
        unit.pk,
        bed.pk,
        late.patient_id,
        paris("14:00"),
    )
    ParameterValue.objects.create(key="leave_alert_minutes", value=180, entered_at=NOW)
    assert len(read.overdue(NOW)) == 3


def test_they_are_read_in_as_many_queries_for_thirty_as_for_one():
    unit, queries = a_unit(), []
    for number in (1, 29):
        for bed in beds(unit, number):
            leave(present(bed), until=paris("15:00"))
        with counted(queries):
            read.overdue(NOW)
    assert queries[0] == queries[1]


def test_a_leave_without_an_hour_of_return_is_never_late(bed):
    stay = present(bed)
    told(stay, MovementKind.LEAVE, at=NOW)
    assert (fresh(stay).state, read.overdue(NOW + timedelta(days=9))) == (StayState.ON_LEAVE, [])
    come_back(stay)
    assert last(stay).kind == MovementKind.RETURN
