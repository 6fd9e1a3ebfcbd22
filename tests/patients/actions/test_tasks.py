from datetime import time, timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.interop.models import FeedAlert, Sender
from patients import work
from patients.actions import merges, tasks
from patients.models import Task, TaskState
from patients.queries import tasks as queries
from tests.expectations import refused
from tests.factories.calendars import working
from tests.factories.clocks import LONG_AGO, NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from wards.models import Duty, DutyKind

pytestmark = pytest.mark.django_db
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def unit():
    return a_unit()


@pytest.fixture
def by(unit):
    return a_user(Role.AMH, unit)


def ask(unit, **more):
    facts = {"title": "Rappeler la fille", "role": Role.AMH, "unit": unit, "by": None, "at": NOW} | more
    return tasks.ask(**facts)


def test_a_person_asks_a_trade_of_a_unit(unit, by):
    task = ask(unit, by=by, minutes=90, role=Role.NURSE)
    assert (task.state, task.role, task.unit, task.due_at) == (
        TaskState.OPEN,
        Role.NURSE,
        unit,
        NOW + 90 * timedelta(minutes=1),
    )
    assert (task.entered_by, task.entered_at, work.words(task)) == (by, NOW, "Rappeler la fille")
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.params["role"]) == ("task.ask", Role.NURSE)
    assert "fille" not in str(line.params)


def test_a_kind_knows_its_trade_its_delay_and_its_words():
    patient = a_patient()
    task = tasks.ask(kind="departure_to_confirm", patient=patient, by=None, at=NOW)
    assert (task.role, task.patient, task.due_at) == (Role.NURSE, patient, NOW + timedelta(minutes=60))
    assert work.words(task) == "Sortie saisie ailleurs : confirmer le départ"


def test_words_name_params_never_people(unit):
    task = ask(unit, title="", kind="fact_withdrawn", params={"fact": "letter_signed"})
    assert work.words(task) == "À régler après la sortie : lettre de liaison signée"
    assert work.words(Task(kind="from_another_version")) == "from_another_version"
    params = {"fact": "x", "delivery": "x", "document": 1, "anomaly": "x", "receiver": 1}
    for one in work.KINDS.values():
        assert str(one.words) % params


def test_the_patient_and_the_unit_come_with_the_stay(by):
    stay = present(a_bed(a_unit()))
    task = ask(None, stay=stay)
    assert (task.patient, task.unit) == (stay.patient, stay.unit)


def test_a_task_falls_due_in_the_working_time_of_its_owner(unit):
    working(Role.AMH, 0, 1, 2, 3, 4)
    assert ask(unit, minutes=60).due_at == paris("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-10-24 23:30", "2026-10-25 04:30"),  # the hour between 2 and 3 comes twice
        ("2026-03-28 23:30", "2026-03-29 06:30"),  # and in spring not at all
    ],
)
def test_clocks_that_change_neither_add_nor_lose_working_time(unit, asked, due):
    working(Role.AMH, *range(7), opens=time(0), closes=time(0))
    assert ask(unit, minutes=360, at=paris(asked)).due_at == paris(due)


def test_a_task_of_which_nothing_is_said_is_due_after_a_day_of_work(unit):
    working(Role.AMH, 0, 1, 2, 3, 4)
    assert ask(unit, at=paris("2026-11-22 11:00")).due_at == paris("2026-11-23 17:00")
    assert ask(unit, at=paris("2026-11-20 15:00")).due_at == paris("2026-11-23 15:00")


def test_a_trade_that_never_works_delays_no_task_for_ever(unit):
    working(Role.AMH)
    assert ask(unit, minutes=60).due_at == NOW + AN_HOUR


def test_the_same_cause_makes_one_task(unit):
    first = ask(unit, source_key="leave:7")
    assert ask(unit, source_key="leave:7", title="Autre") == first
    assert Task.objects.count() == 1
    assert ask(unit) != ask(unit)


def test_asked_again_a_closed_task_is_open_anew(unit, by):
    task = ask(unit, source_key="leave:7")
    tasks.claim(task=task, by=by, at=NOW)
    tasks.finish(task=task, by=by, at=NOW, outcome="joint")
    assert ask(unit, source_key="leave:7").state == TaskState.DONE
    again = ask(unit, source_key="leave:7", again=True, minutes=30, at=NOW + AN_HOUR)
    assert (again.pk, again.state, again.due_at) == (task.pk, TaskState.OPEN, NOW + timedelta(minutes=90))
    assert (again.claimed_by, again.closed_at, again.closed_by, again.outcome) == (None, None, None, "")


def test_a_cause_that_is_gone_settles_its_task(unit, by):
    task = ask(unit, source_key="leave:7")
    tasks.settle(source_key="leave:7", by=by, at=NOW)
    tasks.settle(source_key="leave:7", by=by, at=NOW)
    tasks.settle(source_key="leave:8", by=by, at=NOW)
    task.refresh_from_db()
    assert (task.state, task.closed_by, task.closed_at) == (TaskState.CANCELLED, by, NOW)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": " "}, "required", "title"),
        ({"kind": "bed_to_confirm"}, "required", "title"),
        ({"title": "", "kind": "horoscope"}, "unknown_kind", "kind"),
        ({"title": "x" * 201}, "too_long", "title"),
        ({"role": None}, "no_such_trade", "role"),
        ({"role": Role.WALL}, "no_such_trade", "role"),
        ({"role": Role.HOUSEKEEPING}, "no_such_trade", "role"),
        ({"due_at": NOW - AN_HOUR}, "in_the_past", "due_at"),
        ({"due_at": NOW + 400 * A_DAY}, "too_far", "due_at"),
        ({"minutes": 600_000}, "too_far", "due_at"),
    ],
)
def test_a_task_says_what_for_whom_and_until_when(unit, by, given, code, field):
    with refused(Invalid, code, field=field):
        ask(unit, by=by, **given)
    assert not Task.objects.exists()


def test_a_stay_of_somebody_else_is_refused(unit):
    with refused(Invalid, "stay_of_another", field="stay"):
        ask(unit, stay=present(unit), patient=a_patient())


def test_a_task_about_a_record_that_was_merged_is_about_the_one_that_goes_on():
    survivor, merged = a_patient(), a_patient()
    stay = present(a_unit(), patient=merged)
    merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=NOW)
    assert ask(None, patient=merged).patient == survivor
    assert ask(None, stay=stay).patient == survivor


def test_people_ask_where_they_work(unit, by):
    with refused(Denied, "denied"):
        ask(a_unit(), by=by)
    with refused(Denied, "exceptional_access_needed"):
        ask(None, by=by, stay=present(a_unit()))
    with refused(Denied, "denied"):
        ask(None, by=a_user(Role.HOUSEKEEPING))
    assert ask(None, by=by)


def test_take_give_back_finish_and_undo(unit, by):
    task = ask(unit)
    tasks.claim(task=task, by=by, at=NOW)
    tasks.claim(task=task, by=by, at=NOW + AN_HOUR)
    task.refresh_from_db()
    assert (task.state, task.claimed_by, task.claimed_at) == (TaskState.CLAIMED, by, NOW)
    tasks.release(task=task, by=by, at=NOW)
    task.refresh_from_db()
    assert (task.state, task.claimed_by) == (TaskState.OPEN, None)
    tasks.finish(task=task, by=by, at=NOW, outcome=" joint ")
    task.refresh_from_db()
    assert (task.state, task.closed_by, task.closed_at, task.outcome) == (TaskState.DONE, by, NOW, "joint")
    reopened = tasks.reopen(task=task, by=by, at=NOW + AN_HOUR)
    assert (reopened.state, reopened.closed_at, reopened.outcome) == (TaskState.OPEN, None, "")
    verbs = [line.action for line in AuditEntry.objects.order_by("pk") if line.action.startswith("task.")]
    assert verbs == ["task.ask", "task.claim", "task.release", "task.finish", "task.reopen"]


def test_undone_it_is_again_whose_it_was(unit, by):
    task = tasks.claim(task=ask(unit), by=by, at=NOW)
    tasks.cancel(task=task, by=by, at=NOW, reason="patient parti")
    reopened = tasks.reopen(task=task, by=by, at=NOW)
    assert (reopened.state, reopened.claimed_by, reopened.claimed_at) == (TaskState.CLAIMED, by, NOW)


def test_who_comes_second_is_told_who_came_first(unit, by):
    task, colleague = tasks.claim(task=ask(unit), by=by, at=NOW), a_user(Role.AMH, unit)
    for verb in (tasks.claim, tasks.finish, tasks.cancel, tasks.release):
        with refused(Conflict, "claimed_by_another", saying=f"{by} a pris cette tâche (14:32)"):
            verb(task=task, by=colleague, at=NOW)
    tasks.finish(task=task, by=by, at=NOW)
    for verb in (tasks.claim, tasks.finish, tasks.cancel):
        with refused(Conflict, "already_closed", saying=f"par {by} (14:32)"):
            verb(task=task, by=colleague, at=NOW)


def test_the_team_lead_frees_what_somebody_holds(unit, by):
    task = tasks.claim(task=ask(unit), by=by, at=NOW)
    freed = tasks.release(task=task, by=a_user(Role.TEAM_LEAD), at=NOW)
    assert freed.claimed_by is None
    with refused(Conflict, "not_claimed"):
        tasks.release(task=task, by=by, at=NOW)


def test_undo_is_for_who_closed_it_and_for_a_day(unit, by):
    task = ask(unit)
    with refused(Conflict, "not_closed"):
        tasks.reopen(task=task, by=by, at=NOW)
    tasks.finish(task=task, by=by, at=NOW)
    with refused(Denied, "denied"):
        tasks.reopen(task=task, by=a_user(Role.AMH, unit), at=NOW)
    with refused(Conflict, "too_old"):
        tasks.reopen(task=task, by=by, at=NOW + A_DAY + AN_HOUR)
    assert tasks.reopen(task=task, by=a_user(Role.TEAM_LEAD), at=NOW).state == TaskState.OPEN


@pytest.mark.parametrize("verb", [tasks.claim, tasks.release, tasks.finish, tasks.cancel, tasks.reopen])
def test_a_task_is_worked_on_by_its_trade_in_its_unit(unit, verb):
    task = ask(unit)
    for stranger in (a_user(Role.NURSE, unit), a_user(Role.AMH, a_unit()), a_user(Role.HOUSEKEEPING)):
        with refused(Denied, "denied"):
            verb(task=task, by=stranger, at=NOW)


def test_whose_tasks_are_seen(unit):
    mine, of_all, nurses = ask(unit), ask(None), ask(unit, role=Role.NURSE)
    other = ask(a_unit())

    def seen(user):
        return set(queries.visible(to=user))

    assert seen(a_user(Role.AMH, unit)) == {mine, of_all}
    assert seen(a_user(Role.NURSE, unit)) == {nurses}
    assert seen(a_user(Role.TEAM_LEAD)) == {mine, of_all, nurses, other}
    assert seen(a_user(Role.DPO)) == set()


def test_the_cadre_on_call_sees_to_every_trade_where_they_are(unit):
    here, nurses, elsewhere = ask(unit), ask(unit, role=Role.NURSE), ask(a_unit())
    nurse = a_user(Role.NURSE, unit)
    Duty.objects.create(
        kind=DutyKind.SECTOR_NURSE,
        user=nurse,
        unit=unit,
        starts_at=LONG_AGO,
        ends_at=NOW + 9000 * A_DAY,
        entered_at=NOW,
    )
    assert set(queries.visible(to=nurse)) == {here, nurses}
    assert tasks.claim(task=here, by=nurse, at=NOW).claimed_by == nurse
    assert elsewhere not in queries.visible(to=nurse)


def test_a_sending_that_failed_for_good_is_work_for_the_administrator():
    sender = Sender.objects.create(application="GAM", facility="CLCC")
    alert = FeedAlert.objects.create(sender=sender, silent_since=NOW, due_at=NOW, idempotency_key="x")
    alert.exhausted(at=NOW)
    task = Task.objects.get()
    assert (task.role, task.kind) == (Role.ADMINISTRATOR, "delivery_exhausted")
    assert f"interop.FeedAlert {alert.pk}" in work.words(task)
    alert.exhausted(at=NOW)
    assert Task.objects.count() == 1
    assert tasks.finish(task=task, by=a_user(Role.ADMINISTRATOR), at=NOW).state == TaskState.DONE
