from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return world.program(Role.ADMINISTRATOR)


def join(program, user, unit):
    return program.post("memberships/", {"user": user.pk, "unit": unit.pk})


def test_a_person_joins_a_unit_and_leaves_it(admin):
    unit, nurse = world.unit(), a_user(Role.NURSE)
    joined = join(admin, nurse, unit)
    row = joined.json()
    assert (joined.status_code, row["user"]["id"], row["unit"], row["valid_until"]) == (201, nurse.pk, unit.pk, None)
    assert join(admin, nurse, unit).json()["code"] == "member"
    assert admin.post(f"memberships/{row['id']}/leave/").json()["valid_until"] is not None
    again = admin.post(f"memberships/{row['id']}/leave/")
    assert (again.status_code, again.json()["code"]) == (409, "already_over")
    assert join(admin, nurse, unit).status_code == 201
    assert admin.get("memberships/", user=nurse.pk).json()["count"] == 2


def test_who_works_where_is_said_by_an_administrator():
    unit, lead = world.unit(), world.program(Role.TEAM_LEAD)
    member = world.program(Role.AMH, unit)
    assert join(lead, a_user(Role.AMH), unit).status_code == 403
    row = member.get("memberships/").json()["results"][0]
    assert lead.post(f"memberships/{row['id']}/leave/").status_code == 403
    assert world.program(Role.WALL).get("memberships/").status_code == 403


def test_memberships_are_found_by_person_unit_and_moment(admin):
    unit = world.unit()
    member = world.program(Role.AMH, unit, world.unit()).user
    now = timezone.now()

    def count(**filters):
        return admin.get("memberships/", **filters).json()["count"]

    assert [count(), count(user=member.pk), count(unit=unit.pk), count(user=0)] == [2, 2, 1, 0]
    assert [count(at=(now - timedelta(days=days)).isoformat()) for days in (0, 500)] == [2, 0]


def test_a_list_costs_the_same_for_one_row_and_for_thirty(admin):
    admin.get("memberships/")
    queries = []
    for number in (1, 29):
        for _ in range(number):
            world.program(Role.AMH, world.unit())
        with counted(queries):
            assert admin.get("memberships/").status_code == 200
    assert queries[0] == queries[1]
