"""Two people at the same instant, each with a connection of their own."""

from functools import partial
from random import Random

import pytest

from amh.core.errors import Conflict
from amh.core.roles import Role
from amh.demo.soak.duels import duel
from amh.demo.soak.rounds import one_exclusion
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_cover
from wards.actions import absences, covers, duties, memberships
from wards.models import Absence, Cover, Duty, DutyKind, Membership

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8
END = NOW + 8 * HOUR


def codes(refused):
    return sorted(refusal.code for refusal in refused if refusal is not None)


def run(chance, *acts):
    """Both acts at once; the codes of those that were refused."""
    refused = duel(acts, chance=chance)
    assert all(refusal is None or isinstance(refusal, Conflict) for refusal in refused), refused
    return codes(refused)


@pytest.fixture
def chance():
    return Random(1)


def test_a_cover_against_an_absence_of_its_person(chance):
    for _ in range(ROUNDS):
        unit, amh = a_unit(), a_user(Role.AMH)
        refused = run(
            chance,
            partial(covers.cover, unit=unit, user=amh, starts_at=NOW, ends_at=END, by=None, at=NOW),
            partial(absences.record, user=amh, starts_at=NOW, ends_at=END, by=None, at=NOW),
        )
        assert refused in (["absent"], ["commitments"])
        assert Cover.objects.filter(user=amh).count() + Absence.objects.filter(user=amh).count() == 1


def test_a_duty_against_an_absence_of_its_person(chance):
    for _ in range(ROUNDS):
        nurse = a_user(Role.NURSE)
        kind = DutyKind.NIGHT_CADRE
        refused = run(
            chance,
            partial(duties.give, kind=kind, user=nurse, starts_at=NOW, ends_at=END, by=None, at=NOW),
            partial(absences.record, user=nurse, starts_at=NOW, ends_at=END, by=None, at=NOW),
        )
        assert refused in (["absent"], ["commitments"])
        assert Duty.objects.filter(user=nurse).count() + Absence.objects.filter(user=nurse).count() == 1


def test_one_key_pressed_twice_takes_a_unit_over_once(chance):
    for _ in range(ROUNDS):
        unit, amh = a_unit(), a_user(Role.AMH)
        press = partial(covers.take_over, unit=unit, by=amh, at=NOW)
        assert run(chance, press, press) == ["covers_already"]
        assert Cover.objects.filter(user=amh).count() == 1


def test_two_people_cover_one_unit_side_by_side(chance):
    for _ in range(ROUNDS):
        unit, one, other = a_unit(), a_user(Role.AMH), a_user(Role.AMH)
        refused = run(
            chance,
            partial(covers.take_over, unit=unit, by=one, at=NOW),
            partial(covers.take_over, unit=unit, by=other, at=NOW),
        )
        assert (refused, unit.covers.count()) == ([], 2)


def test_an_end_against_an_undo(chance):
    for _ in range(ROUNDS):
        made = a_cover(a_unit())
        later = NOW + HOUR
        refused = run(
            chance,
            partial(covers.end, cover=made, by=None, at=later),
            partial(covers.undo, cover=made, by=None, at=later),
        )
        made.refresh_from_db()
        assert (refused, made.ends_at) in ((["already_over"], later), ([], END))


def test_two_joins_of_one_unit(chance):
    for _ in range(ROUNDS):
        unit, amh = a_unit(), a_user(Role.AMH)
        join = partial(memberships.join, user=amh, codes=[unit.code], by=None, at=NOW)
        assert run(chance, join, join) == ["member"]
        assert Membership.objects.filter(user=amh).count() == 1


def bare(model, **row):
    """A row written without our locks, as another program would."""
    return partial(model.objects.create, **row, entered_at=NOW, entered_by=None)


def test_without_our_locks_the_constraints_have_the_last_word(chance):
    for _ in range(ROUNDS):
        unit, amh = a_unit(), a_user(Role.AMH)
        times = {"user": amh, "starts_at": NOW, "ends_at": END}
        for act, rows in (
            (bare(Cover, unit=unit, **times), Cover.objects),
            (bare(Absence, **times), Absence.objects),
            (bare(Duty, kind=DutyKind.NIGHT_CADRE, **times), Duty.objects),
        ):
            refused = duel((act, act), chance=chance)
            assert one_exclusion(refused) == []
            assert rows.filter(user=amh).count() == 1
