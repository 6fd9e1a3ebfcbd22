"""Two people who reach for the same task at the same instant, each with a connection of their own."""

from functools import partial
from random import Random

import pytest

from amh.core.roles import Role
from amh.demo.soak.duels import duel
from patients.actions import facts, tasks
from patients.models import Fact, Source, Task, TaskState
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def ask(unit, **more):
    return tasks.ask(**{"title": "Rappeler", "role": Role.AMH, "unit": unit, "by": None, "at": NOW} | more)


@pytest.mark.parametrize(
    "verbs", [(tasks.claim, tasks.claim), (tasks.claim, tasks.finish), (tasks.finish, tasks.cancel)]
)
def test_a_task_is_one_persons(verbs):
    unit = a_unit()
    one, other = a_user(Role.AMH, unit), a_user(Role.AMH, unit)
    for round_ in range(ROUNDS):
        task = ask(unit)
        acts = [partial(verb, task=task, by=by, at=NOW) for verb, by in zip(verbs, (one, other), strict=True)]
        told = duel(acts, chance=Random(round_))
        lost = [refusal.code for refusal in told if refusal is not None]
        assert lost in (["claimed_by_another"], ["already_closed"])
        task.refresh_from_db()
        winner = (one, other)[told.index(None)]
        assert winner in (task.claimed_by, task.closed_by)


def test_two_causes_that_are_one_make_one_task():
    unit = a_unit()
    for round_ in range(ROUNDS):
        acts = [partial(ask, unit, source_key=f"leave:{round_}", again=True)] * 2
        assert duel(acts, chance=Random(round_)) == [None, None]
    assert Task.objects.count() == ROUNDS
    assert set(Task.objects.values_list("state", flat=True)) == {TaskState.OPEN}


def test_the_same_fact_stated_twice_at_once_is_one():
    stay = present(a_bed(a_unit()))
    by = a_user(Role.AMH, stay.unit)
    for round_, kind in enumerate(["belongings_returned", "imaging_sent", "social_assessed"]):
        acts = [partial(facts.state, stay=stay, kind=kind, source=Source.SEEN, by=by, at=NOW)] * 2
        assert duel(acts, chance=Random(round_)) == [None, None]
    assert Fact.objects.count() == 3
