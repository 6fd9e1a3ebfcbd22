from datetime import time, timedelta

import pytest

from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import causes, departures, leaves, movements, reconciliations, tasks
from patients.models import ExitMode, MovementKind, Task, TaskState
from patients.rules.reconciliations import Answer
from tests.expectations import counted
from tests.factories.calendars import working
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present, told

pytestmark = pytest.mark.django_db
LATE, A_MINUTE = paris("18:05"), timedelta(minutes=1)


def standing(at=NOW):
    """The tasks that are to be done, once the causes were looked at."""
    causes.follow(at=at)
    return list(Task.objects.filter(state__in=(TaskState.OPEN, TaskState.CLAIMED)).order_by("pk"))


@pytest.fixture
def bed():
    return a_bed(a_unit())


@pytest.fixture
def away(bed):
    """Somebody on leave until 18:00."""
    stay = present(bed)
    leaves.leave(stay=stay, until=paris("18:00"), by=None, at=NOW)
    return stay


def test_nothing_is_asked_without_a_cause(bed):
    present(bed)
    present(bed.room.unit)
    assert standing() == []


def test_a_leave_that_is_over_asks_the_nurses_of_the_unit(bed, away):
    assert standing(paris("17:59")) == []
    (task,) = standing(LATE)
    assert (task.kind, task.role, task.unit, task.stay, task.due_at) == (
        "leave_overdue",
        Role.NURSE,
        bed.room.unit,
        away,
        LATE + timedelta(minutes=30),
    )


def test_it_is_asked_once_and_settled_when_the_patient_is_back(away):
    assert [standing(LATE + n * A_MINUTE) for n in range(3)] == [list(Task.objects.all())] * 3
    leaves.come_back(stay=away, by=None, at=LATE)
    assert standing(LATE + A_MINUTE) == []
    assert (Task.objects.get().state, Task.objects.get().closed_by) == (TaskState.CANCELLED, None)
    assert AuditEntry.objects.filter(action="task.settle").count() == 1


def test_what_somebody_has_done_is_not_asked_again_while_its_cause_lasts(bed, away):
    (task,) = standing(LATE)
    tasks.finish(task=task, outcome="Joint, revient ce soir", by=a_user(Role.NURSE, bed.room.unit), at=LATE)
    assert standing(LATE + A_MINUTE) == []
    leaves.come_back(stay=away, by=None, at=LATE)
    leaves.leave(stay=away, until=paris("20:00"), by=None, at=LATE + A_MINUTE)
    assert [one.pk for one in standing(paris("20:01"))] != [task.pk]


def test_an_exit_entered_elsewhere_is_asked_about_until_the_patient_has_left(bed):
    stay = present(bed)
    told(stay, MovementKind.DISCHARGE, at=NOW, mode=ExitMode.HOME)
    (task,) = standing(NOW + A_MINUTE)
    assert (task.kind, task.role, task.unit) == ("departure_to_confirm", Role.NURSE, bed.room.unit)
    departures.depart(stay=stay, by=None, at=NOW + A_MINUTE)
    assert standing(NOW + 2 * A_MINUTE) == []


def test_a_bed_to_confirm_asks_the_bed_manager_until_somebody_answers(bed):
    present(bed)
    newcomer = present(a_bed(bed.room.unit))
    told(newcomer, MovementKind.TRANSFER, at=NOW, place=bed)
    (task,) = standing()
    assert (task.kind, task.role, task.stay) == ("bed_to_confirm", Role.BED_MANAGER, newcomer)
    reconciliations.reconcile(stay=newcomer, answer=Answer.LEFT, by=None, at=NOW + A_MINUTE)
    assert standing(NOW + A_MINUTE) == []


def test_a_cause_that_comes_back_is_asked_about_again(bed):
    present(bed)
    newcomer = present(a_bed(bed.room.unit))
    told(newcomer, MovementKind.TRANSFER, at=NOW, place=bed)
    (task,) = standing()
    answered = reconciliations.reconcile(stay=newcomer, answer=Answer.LEFT, by=None, at=NOW + A_MINUTE)
    assert standing(NOW + A_MINUTE) == []
    movements.undo(movement=answered, by=None, at=NOW + 2 * A_MINUTE)
    assert standing(NOW + 2 * A_MINUTE) == [task]


def test_another_doubt_about_the_same_bed_is_asked_about_though_the_first_was_answered(bed):
    present(bed)
    newcomer = present(a_bed(bed.room.unit))
    elsewhere = a_bed(bed.room.unit)
    told(newcomer, MovementKind.TRANSFER, at=NOW, place=bed)
    (first,) = standing()
    tasks.finish(task=first, outcome="Erreur de saisie", by=a_user(Role.BED_MANAGER), at=NOW)
    told(newcomer, MovementKind.TRANSFER, at=NOW + A_MINUTE, place=elsewhere)
    assert standing(NOW + A_MINUTE) == []
    told(newcomer, MovementKind.TRANSFER, at=NOW + 2 * A_MINUTE, place=bed)
    (again,) = standing(NOW + 2 * A_MINUTE)
    assert (again.kind, again.pk != first.pk) == ("bed_to_confirm", True)


def test_one_that_is_refused_keeps_no_other_waiting(bed, caplog):
    working(Role.NURSE, 0, opens=time(8), closes=time(8, 1))
    told(present(bed), MovementKind.DISCHARGE, at=NOW, mode=ExitMode.HOME)
    told(present(a_bed(bed.room.unit)), MovementKind.TRANSFER, at=NOW, place=bed)
    assert [task.kind for task in standing()] == ["bed_to_confirm"]
    assert "(too_far)" in caplog.text


def test_thirty_cost_as_many_statements_to_look_at_as_one():
    queries = []
    for number in (1, 29):
        for _ in range(number):
            leaves.leave(stay=present(a_bed(a_unit())), until=paris("18:00"), by=None, at=NOW)
        causes.follow(at=LATE)
        with counted(queries):
            causes.follow(at=LATE)
    assert queries[0] == queries[1] <= 6
