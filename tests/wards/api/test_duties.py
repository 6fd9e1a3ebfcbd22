from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead():
    return world.program(Role.TEAM_LEAD)


def later(hours):
    return (timezone.now() + hours * HOUR).isoformat()


def give(program, user, **said):
    body = {"kind": "night_cadre", "user": user.pk, "starts_at": later(1), "ends_at": later(9)}
    return program.post("duties/", body | said)


def test_a_duty_is_given_ended_and_goes_on(lead):
    nurse = a_user(Role.NURSE)
    row = give(lead, nurse).json()
    assert (row["kind"], row["user"]["id"], row["unit"]) == ("night_cadre", nurse.pk, None)
    assert lead.post(f"duties/{row['id']}/end/").status_code == 200
    assert lead.post(f"duties/{row['id']}/end/").json()["code"] == "already_cancelled"
    assert lead.post(f"duties/{row['id']}/undo/").json()["ends_at"] == row["ends_at"]


def test_a_refusal_names_its_field(lead):
    nurse = a_user(Role.NURSE)
    give(lead, nurse)
    for answer, status, code, field in (
        (give(lead, nurse), 409, "on_duty_already", "user"),
        (give(lead, nurse, ends_at=later(0.5)), 422, "end_before_start", "ends_at"),
        (give(lead, world.program(Role.WALL).user), 409, "not_a_person", "user"),
        (give(lead, nurse, kind="chief"), 400, "invalid", "kind"),
        (give(lead, nurse, unit=0), 422, "unknown_reference", "unit"),
    ):
        assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_duties_are_given_by_those_who_organise(lead):
    row, amh = give(lead, a_user(Role.NURSE)).json(), world.program(Role.AMH)
    assert give(amh, amh.user).status_code == 403
    for verb in ("end", "undo"):
        assert amh.post(f"duties/{row['id']}/{verb}/").status_code == 403
    assert amh.get(f"duties/{row['id']}/").status_code == 200


def test_a_person_on_call_for_one_unit_organises_it_alone(lead):
    unit, nurse = world.unit(), world.program(Role.NURSE)
    give(lead, nurse.user, unit=unit.pk, starts_at=later(-1))
    assert give(nurse, a_user(Role.NURSE), unit=unit.pk).status_code == 201
    assert give(nurse, a_user(Role.NURSE), unit=world.unit().pk).status_code == 403
    assert give(nurse, a_user(Role.NURSE)).status_code == 403


def test_duties_are_found_by_kind_person_unit_and_moment(lead):
    unit, nurse = world.unit(), a_user(Role.NURSE)
    give(lead, nurse, unit=unit.pk)
    give(lead, a_user(Role.NURSE), kind="administrator", starts_at=later(10), ends_at=later(12))

    def count(**filters):
        return lead.get("duties/", **filters).json()["count"]

    assert [count(), count(user=nurse.pk), count(unit=unit.pk), count(kind="administrator")] == [2, 1, 1, 1]
    assert [count(at=later(hours)) for hours in (0, 2, 9.5, 11)] == [0, 1, 0, 1]
    assert lead.get("duties/", kind="chief").status_code == 400


def test_a_list_costs_the_same_for_one_row_and_for_thirty(lead):
    lead.get("duties/")
    queries = []
    for number in (1, 29):
        for _ in range(number):
            give(lead, a_user(Role.NURSE))
        with counted(queries):
            assert lead.get("duties/").json()["count"] >= number
    assert queries[0] == queries[1]
