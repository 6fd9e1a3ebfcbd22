from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import tasks
from tests.core.api import world
from tests.expectations import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return world.unit()


@pytest.fixture
def program(unit):
    return world.program(Role.AMH, unit)


def ask(unit, **more):
    facts = {"title": "Rappeler la fille", "role": Role.AMH, "unit": unit, "by": None, "at": timezone.now()} | more
    return tasks.ask(**facts)


def test_a_task_is_asked_taken_given_back_finished_and_reopened(unit, program):
    made = program.post("tasks/", {"title": "Rappeler", "role": "amh", "unit": unit.pk, "minutes": 30})
    assert made.status_code == 201
    path = f"tasks/{made.json()['id']}"
    assert (made.json()["words"], made.json()["state"]) == ("Rappeler", "open")
    assert program.post(f"{path}/claim/").json()["claimed_by"] == program.user.pk
    assert program.post(f"{path}/release/").json()["state"] == "open"
    assert program.post(f"{path}/finish/", {"outcome": "joint"}).json()["outcome"] == "joint"
    assert program.post(f"{path}/reopen/").json()["state"] == "open"
    assert program.post(f"{path}/cancel/", {"reason": "parti"}).json()["state"] == "cancelled"


def test_the_loser_is_told_who_came_first(unit, program):
    task, colleague = ask(unit), world.program(Role.AMH, unit)
    program.post(f"tasks/{task.pk}/claim/")
    answer = colleague.post(f"tasks/{task.pk}/claim/")
    assert (answer.status_code, answer.json()["code"]) == (409, "claimed_by_another")
    assert str(program.user) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"title": ""}, 400, "invalid", "title"),
        ({"role": "wall"}, 400, "invalid", "role"),
        ({"minutes": -1}, 400, "invalid", "minutes"),
        ({"due_at": "2020-01-01T00:00:00Z"}, 422, "in_the_past", "due_at"),
        ({"unit": 10**9}, 422, "unknown_reference", "unit"),
    ],
)
def test_what_cannot_be_is_refused(program, unit, body, status, code, field):
    answer = program.post("tasks/", {"title": "x", "role": "amh", "unit": unit.pk} | body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_a_list_holds_what_the_reader_may_work_on(unit, program):
    mine, nurses = ask(unit), ask(unit, role=Role.NURSE)
    ask(world.unit())
    assert [row["id"] for row in program.get("tasks/").json()["results"]] == [mine.pk]
    assert program.get(f"tasks/{nurses.pk}/").status_code == 404
    assert program.post(f"tasks/{nurses.pk}/claim/").status_code == 404
    assert world.program(Role.TEAM_LEAD).get("tasks/").json()["count"] == 3
    assert world.program(Role.DPO).get("tasks/").status_code == 403


def test_filters(unit, program):
    now = timezone.now()
    stay = world.lying(world.bed(unit))
    soon = ask(None, stay=stay, minutes=5)
    ask(unit, due_at=now + timedelta(days=2))
    for name, value in {
        "stay": stay.pk,
        "patient": stay.patient_id,
        "due_before": (now + timedelta(hours=1)).isoformat(),
    }.items():
        assert [row["id"] for row in program.get("tasks/", **{name: value}).json()["results"]] == [soon.pk]
    program.post(f"tasks/{soon.pk}/finish/")
    assert program.get("tasks/", closed="true").json()["count"] == 1
    assert program.get("tasks/", colour="red").status_code == 400


def test_no_name_leaves_with_a_task_and_the_list_is_traced(unit, program):
    stay = world.lying(world.bed(unit))
    ask(None, stay=stay)
    answer = program.get("tasks/")
    assert stay.patient.birth_name not in answer.content.decode()
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.count) == ("api.tasks.list", 1)
    program.get(f"tasks/{answer.json()['results'][0]['id']}/")
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.patient_id, trace.stay_id) == ("api.tasks.retrieve", stay.patient_id, stay.pk)


def test_the_same_demand_twice_is_done_once(unit, program):
    body = {"title": "Rappeler", "role": "amh", "unit": unit.pk}
    first = program.post("tasks/", body, Idempotency_Key="k1").json()
    assert program.post("tasks/", body, Idempotency_Key="k1").json() == first


def test_as_many_queries_for_thirty_as_for_one(unit, program):
    told = []
    program.get("tasks/")
    for number in (1, 30):
        for _ in range(number):
            ask(unit)
        with counted(told):
            program.get("tasks/")
    assert told[0] == told[1]
